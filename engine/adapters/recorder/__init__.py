"""Recordings: the two directions that Asterisk wrote become one stereo file."""

from engine.adapters.recorder.pool import Joined, JoinFailed, Recorder, WorkerLost

__all__ = ["JoinFailed", "Joined", "Recorder", "WorkerLost"]
