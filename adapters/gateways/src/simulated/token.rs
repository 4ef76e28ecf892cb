//! The test tokens: each is one behaviour.

/// How the gateway treats a means of payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Behaviour {
    Fine,
    Declined,
    InsufficientFunds,
    TimeoutCharged,
    TimeoutLost,
    CaptureFailsOnce,
    CaptureFails,
    Action,
    Slow,
}

/// Token, behaviour, and the letter that stands for it in a payment's reference.
const TABLE: [(&str, Behaviour, char); 9] = [
    ("tok_visa", Behaviour::Fine, 'v'),
    ("tok_declined", Behaviour::Declined, 'd'),
    ("tok_insufficient_funds", Behaviour::InsufficientFunds, 'i'),
    ("tok_timeout_charged", Behaviour::TimeoutCharged, 't'),
    ("tok_timeout_lost", Behaviour::TimeoutLost, 'l'),
    ("tok_capture_fails_once", Behaviour::CaptureFailsOnce, 'o'),
    ("tok_capture_fails", Behaviour::CaptureFails, 'f'),
    ("tok_action", Behaviour::Action, 'a'),
    ("tok_slow", Behaviour::Slow, 's'),
];

/// All tokens that the simulated gateway knows. Any other is declined.
pub const TOKENS: [&str; 9] = {
    let mut names = [""; 9];
    let mut index = 0;
    while index < TABLE.len() {
        names[index] = TABLE[index].0;
        index += 1;
    }
    names
};

impl Behaviour {
    pub(super) fn of_token(token: &str) -> Option<Self> {
        TABLE.iter().find(|(name, ..)| *name == token).map(|(_, behaviour, _)| *behaviour)
    }

    pub(super) fn of_letter(letter: char) -> Option<Self> {
        TABLE.iter().find(|(.., known)| *known == letter).map(|(_, behaviour, _)| *behaviour)
    }

    pub(super) fn letter(self) -> char {
        TABLE.iter().find(|(_, behaviour, _)| *behaviour == self).map_or('v', |(.., letter)| *letter)
    }
}
