"""Why something about rosters is refused; the words are in ``rosters.refusal_words``."""

from lifecycle.refusals import BadInput, NotPermitted, OutOfState, Refused

__all__ = ["Against", "BadInput", "NoSuchThing", "NotPermitted", "OutOfState", "Refused"]


class NoSuchThing(LookupError):
    """Nothing of this name that the actor may see: the view answers 404, as for another compound's."""


class Against(BadInput):
    """The checker has something against it. ``sentences`` say what, in the reader's words, each with its clause."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("against_rules")
        self.sentences = sentences
