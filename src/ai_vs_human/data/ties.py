"""Ties between words to one word for all that are tied, directly or by way of others."""


class Ties:
    """A union-find (Tarjan, doi:10.1145/321879.321884) over words; each is alone at first."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def tie(self, word: str, other: str) -> None:
        """Put two words, and all that they are tied to, together."""
        self._parents[self.top(word)] = self.top(other)

    def top(self, word: str) -> str:
        """The word that stands for all that are tied to this one."""
        parents = self._parents
        parents.setdefault(word, word)
        while parents[word] != word:
            parents[word] = parents[parents[word]]
            word = parents[word]
        return word
