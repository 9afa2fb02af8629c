"""Worker process that joins recordings: customer left, agent right, FLAC.

It reads jobs as JSON lines on standard input and answers each with one line. A process of its own, because
the audio libraries take more memory than the engine may have, and are needed for seconds a day.
"""

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf

_FRAMES = 8000 * 30  # read half a minute at a time: an hour's call must not fill the memory
_SILENCE_DBFS = -99.0
_HEADER_BYTES = 44


def _rms_dbfs(square_sum: float, frames: int) -> float:
    """Level of 16-bit samples relative to full scale."""
    if not frames or square_sum <= 0:
        return _SILENCE_DBFS
    return max(_SILENCE_DBFS, float(10 * np.log10(square_sum / frames / 32768.0**2)))


def _read(source: "sf.SoundFile | None", frames: int) -> Any:
    block = source.read(frames, dtype="int16") if source is not None else np.zeros(0, dtype="int16")
    return block if block.ndim == 1 else block[:, 0]


def _open(path: str) -> "sf.SoundFile | None":
    """A side of the call. An Asterisk that died left a header that knows of no samples: it is passed over."""
    if not os.path.exists(path):
        return None
    source = sf.SoundFile(path)
    if source.format != "WAV" or source.frames * 2 + _HEADER_BYTES >= os.path.getsize(path):
        return source
    source.close()
    raw = sf.SoundFile(path, samplerate=8000, channels=1, format="RAW", subtype="PCM_16", endian="LITTLE")
    raw.seek(_HEADER_BYTES // 2)
    return raw


def join(customer_path: str, agent_path: str, target: str) -> dict[str, Any]:
    """Write the stereo file and say what is in it; a missing direction is silence."""
    customer, agent = _open(customer_path), _open(agent_path)
    if customer is None and agent is None:
        raise FileNotFoundError(customer_path)
    partial = f"{target}.part"
    squares, frames = [0.0, 0.0], 0
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    with sf.SoundFile(partial, "w", samplerate=8000, channels=2, format="FLAC", subtype="PCM_16") as out:
        while True:
            left, right = _read(customer, _FRAMES), _read(agent, _FRAMES)
            length = max(len(left), len(right))
            if not length:
                break
            stereo = np.zeros((length, 2), dtype="int16")
            stereo[: len(left), 0], stereo[: len(right), 1] = left, right
            squares = [
                s + float(np.sum(side.astype("int64") ** 2))
                for s, side in zip(squares, (left, right), strict=True)
            ]
            frames += length
            out.write(stereo)
    for source in (customer, agent):
        if source is not None:
            source.close()
    digest = hashlib.sha256(Path(partial).read_bytes()).hexdigest()
    size = os.path.getsize(partial)
    os.replace(partial, target)
    return {
        "length_ms": frames // 8,
        "size": size,
        "sha256": digest,
        "codec": "flac",
        "customer_rms_dbfs": round(_rms_dbfs(squares[0], frames), 1),
        "agent_rms_dbfs": round(_rms_dbfs(squares[1], frames), 1),
    }


def main() -> None:
    """Answer jobs until standard input ends."""
    for line in sys.stdin:
        job = json.loads(line)
        try:
            answer = join(job["customer"], job["agent"], job["target"])
        except Exception as error:  # the engine decides what to do about a file that cannot be read
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
