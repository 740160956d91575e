"""Tests that no single addon can hold."""
