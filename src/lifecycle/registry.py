"""The machines of the portal, by name. An app registers its own in ``AppConfig.ready``."""

from lifecycle.machine import Machine, MachineError

_machines: dict[str, Machine] = {}


def register(machine: Machine) -> None:
    """Make a machine known; registering the same one again is nothing. Raises MachineError for two of one name."""
    if _machines.setdefault(machine.name, machine) != machine:
        raise MachineError(f"Two machines are called {machine.name}.")


def machines() -> list[Machine]:
    """Every machine, by name."""
    return [_machines[name] for name in sorted(_machines)]


def machine(name: str) -> Machine:
    """One machine; raises KeyError."""
    return _machines[name]
