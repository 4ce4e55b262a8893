"""Threads, processes, or whatever executor somebody brings along, behind one face."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import resource_tracker
from typing import Any

import numpy as np

from offramp.ensemble.work import Done, Flag, Job, Model, Task, compute, compute_apart, down

THREADS, PROCESSES = KINDS = ("threads", "processes")


@dataclass(frozen=True)
class Pool:
    """A place to send tasks to."""

    submit: Callable[[Model, Job, Task], Future[Done]]
    stop: Callable[[], None]
    """Ask running tasks to give up the draw that they are at. A foreign executor finishes its tasks."""
    abandon: Callable[[], bool]
    """Wait no longer for tasks that run. Processes are ended; a thread cannot be, then the answer is True."""


@contextmanager
def open_pool(executor: str | Executor, jobs: int) -> Generator[Pool]:
    """A pool for runs. Own pools are closed at the end, after the tasks that still run; a foreign one is
    left open.
    """
    if not isinstance(executor, str):
        outside = executor
        yield Pool(lambda _, job, task: outside.submit(compute_apart, job, task), lambda: None, lambda: False)
    elif executor == THREADS:
        yield from _threads(jobs)
    else:
        yield from _processes(jobs)


def _threads(jobs: int) -> Generator[Pool]:
    flag, left = down(), threading.Event()
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="offramp")

    def stop() -> None:
        flag[0] = 1

    def abandon() -> bool:
        left.set()
        return True

    try:
        yield Pool(lambda model, job, task: pool.submit(compute, model, job, task, flag), stop, abandon)
    finally:
        stop()
        pool.shutdown(wait=not left.is_set(), cancel_futures=True)


def _processes(jobs: int) -> Generator[Pool]:
    # Forking a process that runs threads (numba's, polars') can lock up; spawned ones start clean.
    context = multiprocessing.get_context("spawn")
    shared = context.RawArray("B", 1)
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin_worker, initargs=(shared,))

    def stop() -> None:
        shared[0] = 1

    def abandon() -> bool:
        for worker in set(multiprocessing.active_children()) - others:
            worker.terminate()
        return False

    def submit(_: Model, job: Job, task: Task) -> Future[Done]:
        with _held_back():
            return pool.submit(_compute_in_worker, job, task)

    try:
        yield Pool(submit, stop, abandon)
    finally:
        stop()
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _held_back() -> Generator[None]:
    """Hold Ctrl-C back while workers are started: they inherit that, and need no word to say when it meets them
    before they are ready to ignore it."""
    # Python's tracker of shared memory, when first started, lifts what is held back.
    resource_tracker.ensure_running()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


class _Worker:
    """What a worker process knows from its start."""

    stop: Flag


def _begin_worker(stop: Any) -> None:
    # stop: memory shared with the parent, ctypes
    _Worker.stop = np.frombuffer(stop, np.uint8)
    follow_parent()


def follow_parent() -> None:
    """Have this worker process leave Ctrl-C to its parent, and end with it.

    Ctrl-C goes to every process of a terminal; the parent decides what it means.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for ever: its own end of the queue keeps the queue open."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _compute_in_worker(job: Job, task: Task) -> Done:
    return compute_apart(job, task, _Worker.stop)
