"""The parts of the Store port on SQL, one a room, named like the port that it carries out."""
