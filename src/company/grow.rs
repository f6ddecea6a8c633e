//! Deterministic growth of the company to any size, for load.
