-- Of every column of a piece: rows with a value, how many different ones, how many could identify, and what is finer than it need be.
SELECT $facts
FROM $piece
