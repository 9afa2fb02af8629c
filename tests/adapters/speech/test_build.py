"""Building the prompts: what is made, what is kept, and what happens when something goes wrong."""

import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from engine.adapters.speech import sound
from engine.adapters.speech.build import build_prompts, prompt_path
from engine.adapters.speech.check import check_prompts
from engine.adapters.speech.errors import FolderUnusable, ProblemCode
from engine.adapters.speech.recordings import Recordings
from engine.core.voice.catalogue import LANGUAGES, Catalogue, Prompt, parse_catalogue
from tests.adapters.speech.conftest import Build, catalogue_of, no_progress, record

PROJECT = Path(__file__).parents[3]
SMALL = catalogue_of(hello="您好", thanks="感谢您的来电", bye="再见")
NOTHING = Recordings(own=Path("/nonexistent"), given=Path("/nonexistent"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prompt_of_the_catalogue_is_spoken_and_sounds_right(tmp_path: Path, language: str) -> None:
    """All prompts, four workers: one in a hundred used to be empty, and four threads used to hang."""
    catalogue = parse_catalogue((PROJECT / "voice_prompts" / "prompts.toml").read_text(encoding="utf-8"))
    report = build_prompts(
        catalogue,
        language,
        tmp_path,
        NOTHING,
        site_name="某某广电网络分公司",
        rate=165,
        progress=no_progress,
        workers=4,
    )
    names = {prompt.prompt_id for prompt in catalogue.sounds(language)}
    assert set(report.made) == names
    assert report.problems == check_prompts(catalogue, language, tmp_path) == []
    levels = [sound.measure(prompt_path(tmp_path, language, name)).active_dbfs for name in names]
    assert max(abs(level - sound.LEVEL_DBFS) for level in levels) < 1.0


def test_progress_is_told_file_by_file(build: Build) -> None:
    told: list[tuple[int, int, str]] = []
    report = build(SMALL, progress=lambda *step: told.append(step), workers=2)
    assert [(done, total) for done, total, _ in told] == [(1, 3), (2, 3), (3, 3)]
    assert {name for _, _, name in told} == set(SMALL)
    assert repr(report).startswith("<BuildReport zh: 3 prompts, 3 made, 0 kept, 0 human, 0 problems, ")


def test_what_has_not_changed_is_kept(build: Build) -> None:
    build(SMALL)
    report = build(SMALL)
    assert (report.made, sorted(report.kept)) == ([], sorted(SMALL))


def test_only_what_changed_is_made_again(build: Build) -> None:
    catalogue = catalogue_of(greeting="欢迎致电{site}", bye="再见")
    build(catalogue)
    assert build(catalogue, site_name="另一家广电").made == ["greeting"]
    assert sorted(build(catalogue, rate=200).made) == ["bye", "greeting"]


def test_an_english_prompt_says_a_chinese_name_in_pinyin(tmp_path: Path) -> None:
    """The English voice would say "Chinese letter" for each character."""
    catalogue = Catalogue({"hello": Prompt(prompt_id="hello", texts={"en": "Welcome to {site}."})})
    for folder, site_name in (("han", "广电"), ("pinyin", "guang dian")):
        build_prompts(
            catalogue,
            "en",
            tmp_path / folder,
            NOTHING,
            site_name=site_name,
            rate=165,
            progress=no_progress,
        )
    han, pinyin = (prompt_path(tmp_path / folder, "en", "hello") for folder in ("han", "pinyin"))
    assert han.read_bytes() == pinyin.read_bytes()


def test_a_file_that_was_damaged_or_deleted_is_made_again(build: Build, tmp_path: Path) -> None:
    build(SMALL)
    prompt_path(tmp_path / "prompts", "zh", "hello").write_bytes(b"")
    prompt_path(tmp_path / "prompts", "zh", "bye").unlink()
    assert sorted(build(SMALL).made) == ["bye", "hello"]


@pytest.mark.parametrize("spoilt", ["{", "[]", '{"hello": 3}'])
def test_a_spoilt_manifest_only_costs_time(build: Build, tmp_path: Path, spoilt: str) -> None:
    build(SMALL)
    (tmp_path / "prompts" / "zh" / "manifest.json").write_text(spoilt)
    assert sorted(build(SMALL).made) == sorted(SMALL)
    assert build(SMALL).made == []


def test_a_prompt_that_left_the_catalogue_loses_its_file(build: Build, tmp_path: Path) -> None:
    build(SMALL)
    build(catalogue_of(hello="您好"))
    assert {path.name for path in (tmp_path / "prompts" / "zh").glob("*.wav")} == {"hello.wav"}


def test_a_tone_is_made_without_a_voice(build: Build, tmp_path: Path) -> None:
    build(Catalogue({"beep": Prompt(prompt_id="beep", texts={}, tone_hz=1000, milliseconds=300)}))
    measures = sound.measure(prompt_path(tmp_path / "prompts", "zh", "beep"))
    assert measures.seconds == pytest.approx(0.3)
    assert measures.active_dbfs == pytest.approx(sound.LEVEL_DBFS, abs=0.5)


def test_a_human_recording_wins_and_is_converted(build: Build, tmp_path: Path) -> None:
    """Stereo at 44.1 kHz with silence around it, as recorders make it."""
    record(tmp_path / "human" / "zh" / "hello.flac", seconds=1.5, peak=0.02)
    report = build(SMALL)
    assert report.human == ["hello"]
    measures = sound.measure(prompt_path(tmp_path / "prompts", "zh", "hello"))
    assert measures.seconds == pytest.approx(1.77, abs=0.05)
    assert measures.active_dbfs == pytest.approx(sound.LEVEL_DBFS, abs=0.5)
    assert build(SMALL).human == ["hello"]


def test_a_new_recording_replaces_the_old_and_its_removal_the_voice(build: Build, tmp_path: Path) -> None:
    recording = tmp_path / "human" / "zh" / "hello.wav"
    record(recording)
    build(SMALL)
    record(recording, seconds=2.0)
    assert build(SMALL).made == ["hello"]
    recording.unlink()
    report = build(SMALL)
    assert (report.made, report.human) == (["hello"], [])


@pytest.mark.parametrize("content", [b"", b"RIFF nonsense", b"\x00" * 5000])
def test_a_corrupt_recording_is_named_and_the_voice_is_used(
    build: Build, tmp_path: Path, content: bytes
) -> None:
    recording = tmp_path / "human" / "zh" / "hello.wav"
    recording.parent.mkdir(parents=True)
    recording.write_bytes(content)
    report = build(SMALL)
    [problem] = report.problems
    assert (problem.code, problem.prompt_id) == (ProblemCode.CORRUPT_RECORDING, "hello")
    assert str(recording) in str(problem)
    assert "the synthesised voice is used" in problem.remedy
    assert (sorted(report.made), report.human) == (sorted(SMALL), [])
    again = build(SMALL)
    assert ([again.problems[0].prompt_id], sorted(again.kept)) == (["hello"], sorted(SMALL))


def test_a_silent_recording_is_not_used(build: Build, tmp_path: Path) -> None:
    record(tmp_path / "human" / "zh" / "hello.wav", peak=0.0001)
    [problem] = build(SMALL).problems
    assert problem.code is ProblemCode.CORRUPT_RECORDING
    assert "silent" in problem.detail


def test_a_recording_that_is_a_folder_is_not_used(build: Build, tmp_path: Path) -> None:
    (tmp_path / "human" / "zh" / "hello.wav").mkdir(parents=True)
    assert [problem.prompt_id for problem in build(SMALL).problems] == ["hello"]


def test_a_text_without_any_word_is_a_problem_of_that_prompt_only(build: Build) -> None:
    report = build(catalogue_of(hello="您好", empty="…"))
    assert [(problem.code, problem.prompt_id) for problem in report.problems] == [
        (ProblemCode.NOT_SPOKEN, "empty")
    ]
    assert report.made == ["hello"]


def test_a_full_disk_is_a_clear_error_and_leaves_no_half_file(build: Build, tmp_path: Path) -> None:
    folder = tmp_path / "prompts" / "zh"
    folder.mkdir(parents=True)
    (folder / ".hello.wav.part").symlink_to("/dev/full")
    with pytest.raises(FolderUnusable, match="No space left on device") as caught:
        build(catalogue_of(hello="您好"))
    assert "Free some space" in caught.value.remedy
    assert list(folder.glob("*.wav")) == list(folder.glob(".*.part")) == []


def test_a_full_disk_under_the_manifest_is_the_same_error(build: Build, tmp_path: Path) -> None:
    folder = tmp_path / "prompts" / "zh"
    folder.mkdir(parents=True)
    (folder / ".manifest.json.part").symlink_to("/dev/full")
    with pytest.raises(FolderUnusable, match="No space left on device"):
        build(SMALL)


def test_a_folder_that_cannot_be_made_is_a_clear_error(build: Build, tmp_path: Path) -> None:
    (tmp_path / "prompts").write_text("a file stands in the way")
    with pytest.raises(FolderUnusable, match="Not a directory"):
        build(SMALL)


def test_building_loads_no_audio_library_into_the_engine() -> None:
    """numpy and its friends would cost the engine 30 MB; only the workers need them."""
    program = "import sys, engine.adapters.speech.build; print('numpy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=PROJECT, check=True
    )
    assert done.stdout == "False\n"


class Stop(Exception):
    pass


def test_an_exception_in_progress_stops_the_workers(build: Build) -> None:
    def stop(done: int, total: int, prompt_id: str) -> None:
        raise Stop

    before = set(children_of(os.getpid()))  # of tests that ran earlier
    with pytest.raises(Stop):
        build(SMALL, progress=stop, workers=2)
    assert set(children_of(os.getpid())) <= before


def test_two_builds_of_one_folder_do_the_work_once(build: Build) -> None:
    reports = []
    threads = [threading.Thread(target=lambda: reports.append(build(SMALL))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(len(report.made) for report in reports) == [0, 3]


BUILD_AND_TELL = """
import os, signal, sys
from pathlib import Path
from engine.adapters.speech.build import build_prompts
from engine.adapters.speech.recordings import Recordings
from engine.core.voice.catalogue import Catalogue, Prompt
catalogue = Catalogue({f"p{n}": Prompt(prompt_id=f"p{n}", texts={"zh": f"您是第{n}位"}) for n in range(60)})
none = Path(sys.argv[1]) / "none"

def tell(done, total, name):
    print(done, flush=True)
    if sys.argv[2:] == [str(done)]:
        os.kill(os.getpid(), signal.SIGSTOP)  # goes no further before it is killed

build_prompts(catalogue, "zh", Path(sys.argv[1]), Recordings(own=none, given=none),
              site_name="广电", rate=165, workers=2, progress=tell)
"""


def test_a_build_that_was_killed_leaves_nothing_half_and_is_resumed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BUILD_AND_TELL, str(tmp_path)]
    with subprocess.Popen([*command, "20"], cwd=PROJECT, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        for line in killed.stdout:
            if line == "20\n":
                break
        workers = children_of(killed.pid)
        killed.send_signal(signal.SIGKILL)
    for worker in workers:
        wait_until_gone(worker)
    for path in (tmp_path / "zh").glob("*.wav"):
        assert sound.measure(path).seconds > 0.1
    resumed = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=True)
    done = int(resumed.stdout.split()[-1])
    whole = len(list((tmp_path / "zh").glob("*.wav")))
    assert whole / 2 < done <= whole - 20 + 2


def children_of(pid: int) -> list[int]:
    """The processes that have this parent and are alive."""
    children = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            children.append(int(stat.parent.name))
    return children


def wait_until_gone(pid: int) -> None:
    """Wait until a process that is not our child has ended."""
    descriptor = os.pidfd_open(pid) if Path(f"/proc/{pid}").exists() else None
    if descriptor is not None:
        assert select.select([descriptor], [], [], 20)[0], "a worker outlived its parent"
        os.close(descriptor)
