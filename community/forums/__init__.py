"""The forum: questions, answers and talk among customers."""
