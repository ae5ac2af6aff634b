"""The peer of ``votes``: Debian's ``belenios-tool`` on a small weighted election of the same form.

usage: python -m benchmarks.belenios_peer BALLOTS CANDIDATES SEATS

Sets an election up with one trustee, makes the ballots, and times what a result takes: the verification of all ballots, the sum
under encryption, the trustee's decryption and the result. Prints {"seconds"}.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOOL = "belenios-tool"
GROUP = "BELENIOS-2048"


def tool(folder: Path, *line: str, given: bytes = b"") -> bytes:
    """Run one command of the tool."""
    done = subprocess.run(
        [TOOL, *line],
        cwd=folder,
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        env={**os.environ, "BELENIOS_USE_URANDOM": "1"},
    )
    return done.stdout


def set_up(folder: Path, ballots: int, candidates: int, seats: int) -> list[bytes]:
    """An election with its voters' weights, one trustee and an archive; returns the voters' private credentials."""
    uuid = tool(folder, "setup", "generate-token").decode().strip()
    weights = (f"v{n}@example.org,v{n},{4000 + n * 7919 % 16000}" for n in range(ballots))
    (folder / "voters.txt").write_text("\n".join(weights) + "\n")
    group = ("--uuid", uuid, "--group", GROUP)
    tool(folder, "setup", "generate-credentials", *group, "--file", "voters.txt")
    next(folder.glob("*.pubcreds")).rename(folder / "public_creds.json")
    secrets = next(folder.glob("*.privcreds")).read_text()
    tool(folder, "setup", "generate-trustee-key", "--group", GROUP)
    (folder / "public_keys.jsons").write_bytes(next(folder.glob("*.pubkey")).read_bytes())
    tool(folder, "setup", "make-trustees")
    (folder / "public_keys.jsons").unlink(missing_ok=True)
    question = {"answers": [f"c{n}" for n in range(candidates)], "min": 0, "max": seats, "question": "q"}
    (folder / "q.json").write_text(
        json.dumps(
            {
                "name": "n", "description": "d", "administrator": "a", "credential_authority": "c",
                "questions": [question],
            }
        )
    )  # fmt: skip
    tool(folder, "setup", "make-election", *group, "--template", "q.json")
    tool(folder, "archive", "init")
    for name in ("election.json", "trustees.json", "public_creds.json"):
        (folder / name).unlink(missing_ok=True)
    try:
        found = [value for value in json.loads(secrets).values() if isinstance(value, str)]
    except ValueError:
        found = [line.split()[-1] for line in secrets.splitlines() if line.strip()]
    return [one.encode() for one in found]


def main() -> None:
    """Set up, vote, and time the count."""
    ballots, candidates, seats = map(int, sys.argv[1:])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        choice = json.dumps([[int(n < seats) for n in range(candidates)]])
        (folder / "choice").write_text(choice)
        for secret in set_up(folder, ballots, candidates, seats):
            (folder / "cred").write_bytes(secret + b"\n")
            made = tool(folder, "election", "generate-ballot", "--privcred", "cred", "--ballot", "choice")
            tool(folder, "archive", "add-event", "--type=Ballot", given=made)
        began = time.monotonic()
        tool(folder, "election", "verify")
        spent = time.monotonic() - began
        tool(folder, "archive", "add-event", "--type=EndBallots")
        began = time.monotonic()
        summed = tool(folder, "election", "compute-encrypted-tally")
        spent += time.monotonic() - began
        tool(folder, "archive", "add-event", "--type=EncryptedTally", given=summed)
        key = next(folder.glob("*.privkey")).name
        began = time.monotonic()
        part = tool(folder, "election", "decrypt", "--privkey", key, "--trustee-id", "1")
        tool(folder, "archive", "add-event", "--type=PartialDecryption", given=part)
        tool(folder, "election", "compute-result")
        spent += time.monotonic() - began
    print(json.dumps({"seconds": spent}))


if __name__ == "__main__":
    main()
