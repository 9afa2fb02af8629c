"""The engine stays small however many people have logged in."""

import subprocess
import sys

_CHECK_PINS_IN_FOUR_THREADS = """
import threading
from engine.daemon.memory import give_back_large_blocks
from engine.daemon.people import hash_pin

def resident_mb():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS:"))

give_back_large_blocks()
before = resident_mb()
barrier = threading.Barrier(4)

def check():
    for _ in range(2):
        hash_pin("2468")
    barrier.wait()  # no thread inherits the memory of one that has ended

threads = [threading.Thread(target=check) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(resident_mb() - before)
"""


def test_the_memory_of_a_pin_check_is_given_back() -> None:
    # A process of its own: the setting is for the whole process, and this one must not have it.
    done = subprocess.run(
        [sys.executable, "-c", _CHECK_PINS_IN_FOUR_THREADS], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < 15  # MB; one check takes 19
