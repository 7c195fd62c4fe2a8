"""Attacks of the literature on what is released, each with a bar that it must not pass. They read; they change nothing.

``suite`` plays them on a made-up city whose numbers go through the real draw, and needs the extra ``attack`` (numpy and scipy);
``at_rest`` judges what a store holds, and needs nothing. docs/attacks.md says what each is, and what it found.
"""
