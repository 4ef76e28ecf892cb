//! A map that forgets its oldest entries, so that a simulated far end runs for ever in bounded space.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// At most `limit` entries, the newest.
#[derive(Debug)]
pub(crate) struct Recent<K, V> {
    limit: usize,
    entries: HashMap<K, V>,
    order: VecDeque<K>,
}

impl<K: Clone + Eq + Hash, V> Recent<K, V> {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, entries: HashMap::new(), order: VecDeque::new() }
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key)
    }

    /// Writes an entry; a new one may push the oldest out.
    pub(crate) fn put(&mut self, key: K, value: V) {
        if self.entries.insert(key.clone(), value).is_some() {
            return;
        }
        self.order.push_back(key);
        if self.order.len() > self.limit
            && let Some(oldest) = self.order.pop_front()
        {
            self.entries.remove(&oldest);
        }
    }

    /// `true` the first time.
    pub(crate) fn first(&mut self, key: K) -> bool
    where
        V: Default,
    {
        let new = self.get(&key).is_none();
        if new {
            self.put(key, V::default());
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten() {
        let mut recent = Recent::new(2);
        for key in 1..=3 {
            assert!(recent.first(key));
        }
        recent.put(3, ());
        assert_eq!([1, 2, 3].map(|key| recent.get(&key).is_some()), [false, true, true]);
    }
}
