"""Telling people: who hears of something, when, in one letter for all of it, in which words. Nothing is sent here."""
