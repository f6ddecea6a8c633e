//! The vendor's two filter grammars, and the parameters of its lists.
