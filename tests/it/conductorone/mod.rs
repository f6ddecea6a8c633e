//! ConductorOne, called as its clients call it.

mod logins;
