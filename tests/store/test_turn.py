"""Writers take turns, in one process and between several."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

from quarterdeck.store.turn import Turn

HOLD = """
import sys, time
from pathlib import Path
from quarterdeck.store.turn import Turn
with Turn(Path(sys.argv[1])):
    print("mine", flush=True)
    sys.stdin.read()
"""


def test_threads_take_turns(tmp_path):
    """Law: what several threads do in their turns never overlaps; a thread may take its own turn again."""
    turn, inside, most = Turn(tmp_path / "turn"), [], []

    def work():
        for _ in range(20):
            with turn, turn:
                inside.append(1)
                most.append(len(inside))
                time.sleep(0)
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(most) == {1}


def test_another_process_waits_and_a_dead_one_is_not_waited_for(tmp_path):
    """Example: a process that holds the turn keeps others out until it dies."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / "turn")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"mine\n"
        got = threading.Event()

        def take():
            with Turn(tmp_path / "turn"):
                got.set()

        waiting = threading.Thread(target=take)
        waiting.start()
        assert not got.wait(0.2)
        holder.kill()
        assert got.wait(30)
        waiting.join()


def test_a_folder_that_cannot_be_written_has_no_file_lock(tmp_path):
    """Refusal: without a place for the file the threads still take turns."""
    with Turn(tmp_path / "nowhere" / "turn"):
        assert not (tmp_path / "nowhere").exists()
