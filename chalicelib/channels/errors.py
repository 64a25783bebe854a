"""What can become of a call to a provider. The caller decides what to do by the class alone.

The messages carry codes, never content, names or numbers.
"""


class DeliveryError(Exception):
    """A call to a provider did not succeed. `code` is the provider's own error code, if it gave one."""

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class Retryable(DeliveryError):
    """It certainly did not arrive, and the same call may succeed later."""


class Rejected(DeliveryError):
    """It did not arrive, and the same call will never succeed: a person or another way is needed."""


class Ambiguous(DeliveryError):
    """It may have arrived: sending again could send it twice."""
