"""A process that ends between two calls of the engine."""


class Crash(BaseException):
    """As a process that ends here."""


class Seams:
    """An engine that ends the process before or after its n-th call."""

    def __init__(self, engine, at=-1, after=False):
        self.engine, self.at, self.after, self.calls = engine, at, after, 0

    def __getattr__(self, name):
        inner = getattr(self.engine, name)
        if not callable(inner):
            return inner

        def call(*given, **named):
            self.calls += 1
            if self.calls == self.at and not self.after:
                raise Crash(name)
            answer = inner(*given, **named)
            if self.calls == self.at:
                raise Crash(name)
            return answer

        return call
