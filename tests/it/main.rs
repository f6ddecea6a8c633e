//! One test binary for everything.
