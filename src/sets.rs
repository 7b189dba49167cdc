//! Disjoint sets of articles.

/// Disjoint sets (Tarjan 1975), each known by its least member; near-constant time a call.
#[derive(Debug)]
pub struct Sets {
    parent: Vec<u32>,
}

impl Sets {
    /// `n` sets of one.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self {
            parent: (0..n as u32).collect(),
        }
    }

    /// The least member of the set of `x`.
    pub fn find(&mut self, mut x: u32) -> u32 {
        while self.parent[x as usize] != x {
            let grandparent = self.parent[self.parent[x as usize] as usize];
            self.parent[x as usize] = grandparent;
            x = grandparent;
        }
        x
    }

    /// Makes one set of two; whether they were two.
    pub fn join(&mut self, x: u32, y: u32) -> bool {
        let (x, y) = (self.find(x), self.find(y));
        self.parent[x.max(y) as usize] = x.min(y);
        x != y
    }

    /// The least member of the set of each.
    pub fn all(&mut self) -> Vec<u32> {
        (0..self.parent.len() as u32)
            .map(|x| self.find(x))
            .collect()
    }
}

/// Sets as [`Sets::all`] gave them: each member pointing at the least of its set.
impl From<Vec<u32>> for Sets {
    fn from(parent: Vec<u32>) -> Self {
        Self { parent }
    }
}
