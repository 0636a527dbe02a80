"""A session that another press cuts short, wherever Streamlit is asked for something."""

from __future__ import annotations

from typing import Any


class CutShort(BaseException):
    """What ends a run for another one."""


class Session(dict[str, Any]):
    """The state of a session; once cut, whoever asks it for anything is ended."""

    def __init__(self) -> None:
        super().__init__()
        self.cut = False

    def _asked(self) -> None:
        if self.cut:
            raise CutShort

    def __getitem__(self, key: str) -> Any:
        self._asked()
        return super().__getitem__(key)

    def __setitem__(self, key: str, value: Any) -> None:
        self._asked()
        super().__setitem__(key, value)

    def get(self, key: str, default: Any = None) -> Any:
        self._asked()
        return super().get(key, default)

    def pop(self, key: str, *default: Any) -> Any:
        self._asked()
        return super().pop(key, *default)

    def setdefault(self, key: str, default: Any = None) -> Any:
        self._asked()
        return super().setdefault(key, default)
