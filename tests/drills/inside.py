"""The site of a drill, served by a thread of this process: ready at once, for tests."""

import threading
from dataclasses import dataclass

import uvicorn

from app.clock import system_clock
from app.main import create_app
from tests.drills.server import stepped
from tests.drills.site import Site


@dataclass
class Inside(Site):
    """The site served by a thread of this process: ready at once."""

    server: uvicorn.Server | None = None
    thread: threading.Thread | None = None

    def start(self) -> None:
        """Serve until `stop`."""
        application = create_app(self.settings, stepped(self.clock) if self.clock else system_clock)
        config = uvicorn.Config(application, port=self.port, log_level="error", access_log=False)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()
        while not self.server.started and self.thread.is_alive():
            self.thread.join(0.01)

    def stop(self) -> None:
        """End the server and its thread."""
        self.server.should_exit = True
        self.thread.join()
