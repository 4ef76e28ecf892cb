//! Given/when/then over the whole decision.
