//! What the writer remembers of streams: a bounded cache in two generations. What is used moves to the young one; when that is full, it becomes the
//! old one, and what was old and unused is forgotten. No lists to keep, no locks: only the writer's thread has it.

use foldhash::{HashMap, HashMapExt};
use orderflow_domain::shared::{StreamId, Version};

/// A stream's row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// Its integer id; none if the stream has no row yet.
    pub(super) row: Option<i64>,
    pub(super) version: Version,
}

/// The cache.
#[derive(Debug)]
pub(super) struct Heads {
    young: HashMap<StreamId, Known>,
    old: HashMap<StreamId, Known>,
    generation: usize,
}

impl Heads {
    pub(super) fn new(generation: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), generation }
    }

    pub(super) fn get(&mut self, stream: &StreamId) -> Option<Known> {
        if let Some(known) = self.young.get(stream) {
            return Some(*known);
        }
        let known = self.old.remove(stream)?;
        self.put(stream.clone(), known);
        Some(known)
    }

    pub(super) fn put(&mut self, stream: StreamId, known: Known) {
        if self.young.len() >= self.generation {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(stream, known);
    }

    pub(super) fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}

#[cfg(test)]
mod tests {
    use orderflow_domain::shared::Category;

    use super::*;

    #[test]
    fn what_is_used_stays_and_the_rest_is_bounded() {
        let stream = |n: u64| StreamId::named(Category::Stock, &n.to_string());
        let mut heads = Heads::new(10);
        for n in 0..100 {
            heads.put(stream(n), Known { row: None, version: Version(n) });
            assert!(heads.get(&stream(0)).is_some(), "used all the time, and forgotten after {n}");
        }
        assert!(heads.young.len() + heads.old.len() <= 21);
        assert!(heads.get(&stream(50)).is_none());
        // A newer version in the young generation hides the one in the old.
        heads.put(stream(0), Known { row: None, version: Version(7) });
        assert_eq!(heads.get(&stream(0)).map(|known| known.version), Some(Version(7)));
    }
}
