"""Moto's DynamoDB for one module of tests at a time, as for the tests of functions."""

from tests.functions.conftest import mocked, time

__all__ = ["mocked", "time"]
