"""Everything that can go wrong and has a sentence for people."""

from pathlib import Path


class LatentLabError(Exception):
    """Base of all errors whose message may be shown to a person as it is."""


class Diverged(LatentLabError):
    """Training produced numbers that are not finite, or a loss that ran away.

    The last finite weights are back in the model when this is raised.
    """

    def __init__(self, step: int, kept_step: int, advice: str) -> None:
        """`advice` says in a sentence what to turn."""
        super().__init__(
            f"Diverged at step {step:,}: the loss ran away. The weights of step {kept_step:,} were kept. {advice}"
        )
        self.step = step
        self.kept_step = kept_step


class UploadError(LatentLabError):
    """A file cannot be read as data: what is wrong, where, and what to do.

    `notices` are sentences about what had been decided until then, and `parts` what of the file could be read, the
    guess first.
    """

    notices: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


class DownloadFailed(LatentLabError):
    """A file that a dataset needs could not be fetched."""


class Unknown(LatentLabError):
    """Nothing with this name is here, or not any more."""


class UnknownDataset(Unknown):
    """No dataset with this name ships, and none was uploaded here."""


class Unsuitable(LatentLabError):
    """A model and data do not go together."""


class CorruptRun(LatentLabError):
    """A stored run cannot be read back."""


class UnknownRun(Unknown):
    """No run with this id is stored here."""


class UnknownSweep(Unknown):
    """No sweep with this id is kept here."""


class TooManyRuns(LatentLabError):
    """The queue, or one session's share of it, is full."""


class HomeInUse(LatentLabError):
    """Another server keeps its runs in the same folder."""


class HomeTooNew(LatentLabError):
    """A later version keeps its runs in the folder."""


class HomeUnusable(LatentLabError):
    """The folder for runs and data cannot be used."""

    def __init__(self, path: Path, problem: OSError) -> None:
        """`problem` is what the system said when it was tried."""
        super().__init__(
            f"Latent Lab cannot keep anything in {path}: {problem.strerror or problem}. Make it a folder in which the "
            "user who runs the server may write, on a disk with room, or set LATENT_LAB_HOME to another one. Then "
            "start the server again."
        )


class Stopped(LatentLabError):
    """Nobody waits any more for an analysis that was under way."""


class StoreUnwritable(LatentLabError):
    """The run store cannot be written: the disk is full, or gone."""


class EngineUnavailable(LatentLabError):
    """The workers are not up (yet), or went away."""
