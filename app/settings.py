"""What a deployment may set: read once from the environment (`TONGZHAO_…`) and passed on."""

from functools import cached_property
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """The settings of one installation; frozen, so nothing changes under a running server."""

    model_config = SettingsConfigDict(env_prefix="TONGZHAO_", env_file=".env", frozen=True)

    data: Path = ROOT / "data"
    database_url: str = ""
    demo: bool = True
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    secure_cookies: bool = False
    public_url: str = ""

    @cached_property
    def database(self) -> str:
        """The SQLAlchemy URL: PostgreSQL when set (always by psycopg), else a file in `data`."""
        url = self.database_url or f"sqlite:///{self.data / 'tongzhao.db'}"
        for short in ("postgresql://", "postgres://"):
            if url.startswith(short):
                return "postgresql+psycopg://" + url.removeprefix(short)
        return url

    @property
    def sealing(self) -> Path:
        """Where the keys lie under which personal data is sealed."""
        return self.data / "sealing"

    @property
    def trail_key(self) -> Path:
        """The key of the fingerprints that stand in the trail and in stored answers."""
        return self.data / "trail.key"

    @property
    def kept_apart(self) -> tuple[Path, ...]:
        """The secrets that no backup holds: they open its personal data, or help to guess it."""
        return (self.sealing, self.trail_key)

    @property
    def is_sqlite(self) -> bool:
        """One file, one serving process."""
        return self.database.startswith("sqlite")
