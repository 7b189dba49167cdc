//! Families of articles by number, joined as articles come.

use std::cmp::Ordering;

/// Disjoint sets of articles, each known by its member of least id.
#[derive(Clone, Debug, Default)]
pub(super) struct Kin {
    parent: Vec<u32>,
    /// Of a root, the member of least id and how many there are; none of a set whose articles are gone.
    head: Vec<u32>,
    size: Vec<u32>,
    count: usize,
}

impl Kin {
    /// Adds an article, alone.
    pub(super) fn push(&mut self) {
        let x = self.parent.len() as u32;
        self.parent.push(x);
        self.head.push(x);
        self.size.push(1);
        self.count += 1;
    }

    pub(super) fn root(&self, mut x: u32) -> u32 {
        while self.parent[x as usize] != x {
            x = self.parent[x as usize];
        }
        x
    }

    pub(super) fn head(&self, x: u32) -> u32 {
        self.head[self.root(x) as usize]
    }

    pub(super) fn size(&self, x: u32) -> usize {
        self.size[self.root(x) as usize] as usize
    }

    /// How many families there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Makes one family of two; `by_id` compares ids.
    pub(super) fn join(&mut self, x: u32, y: u32, by_id: impl Fn(u32, u32) -> Ordering) {
        let (x, y) = (self.root(x), self.root(y));
        if x == y {
            return;
        }
        // The larger takes the smaller in, so that no way to a root is long.
        let (from, to) = if self.size[x as usize] < self.size[y as usize] {
            (x as usize, y as usize)
        } else {
            (y as usize, x as usize)
        };
        self.parent[from] = to as u32;
        self.size[to] += self.size[from];
        if by_id(self.head[from], self.head[to]).is_lt() {
            self.head[to] = self.head[from];
        }
        self.count -= 1;
    }

    /// Makes each of some articles a family by itself, which are all there were of theirs but for those that are gone.
    pub(super) fn part(&mut self, members: &[u32], gone: &[u32]) {
        let mut roots: Vec<u32> = members.iter().chain(gone).map(|x| self.root(*x)).collect();
        roots.sort_unstable();
        roots.dedup();
        self.count -= roots.len();
        for x in members.iter().chain(gone) {
            self.parent[*x as usize] = *x;
            self.head[*x as usize] = *x;
            self.size[*x as usize] = 0;
        }
        for x in members {
            self.size[*x as usize] = 1;
        }
        self.count += members.len();
    }

    /// The root of each article, as it is stored.
    pub(super) fn roots(&self) -> Vec<u32> {
        (0..self.parent.len() as u32)
            .map(|x| self.root(x))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_and_parts() {
        let mut kin = Kin::default();
        for _ in 0..6 {
            kin.push();
        }
        // Ids in the reverse order of numbers.
        let by_id = |x: u32, y: u32| y.cmp(&x);
        kin.join(0, 1, by_id);
        kin.join(3, 1, by_id);
        kin.join(0, 3, by_id);
        assert_eq!((kin.head(0), kin.size(1), kin.count()), (3, 3, 4));
        kin.part(&[0, 3], &[1]);
        assert_eq!((kin.size(0), kin.size(1), kin.count()), (1, 0, 5));
        kin.join(0, 3, by_id);
        assert_eq!((kin.head(0), kin.count()), (3, 4));
        kin.part(&[], &[5]);
        assert_eq!(kin.count(), 3);
    }
}
