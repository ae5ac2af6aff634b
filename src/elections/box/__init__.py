"""The ballot box: sealed ballots, the chain that they stand in, the shares of the key that opens them, the public record.

Plain Python over libsodium (PyNaCl): no database, no clock, no settings. What is written here is written down for others in
``docs/decisions/ballot-box.md``; ``tools/verify_election.py`` reads the same record and shares no line with it.
"""
