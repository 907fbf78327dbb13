"""Limits that keep the tests of limits short."""

from sandbox import Limits

SMALL = Limits(cpu_ms=1000, wall_ms=3000, memory_mb=64, processes=16, output_kb=64, file_mb=2)
