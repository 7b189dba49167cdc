//! Families of articles by number, joined as articles come.

use std::cmp::Ordering;

/// Disjoint sets of articles, each known by its member of least id.
#[derive(Clone, Debug, Default)]
pub(super) struct Kin {
    sets: Vec<Set>,
    count: usize,
    /// The last joins, in order, for those who ask as if later articles had not come.
    log: Vec<Join>,
}

/// An article's place in its set; one place in memory, as most are alone.
#[derive(Clone, Copy, Debug)]
struct Set {
    parent: u32,
    /// Of a root, the member of least id and how many there are; none of a set whose articles are gone.
    head: u32,
    size: u32,
}

/// How a family came to be part of another.
#[derive(Clone, Copy, Debug)]
struct Join {
    /// The article that made them one.
    by: u32,
    from: u32,
    to: u32,
    /// What the other was before.
    before: Set,
}

impl Kin {
    /// Adds an article, alone.
    pub(super) fn push(&mut self) {
        let x = self.sets.len() as u32;
        self.sets.push(Set {
            parent: x,
            head: x,
            size: 1,
        });
        self.count += 1;
    }

    pub(super) fn root(&self, mut x: u32) -> u32 {
        while self.set(x).parent != x {
            x = self.set(x).parent;
        }
        x
    }

    fn set(&self, x: u32) -> &Set {
        &self.sets[x as usize]
    }

    /// The member of least id of the family of a root.
    pub(super) fn head(&self, root: u32) -> u32 {
        self.set(root).head
    }

    pub(super) fn size(&self, x: u32) -> usize {
        self.set(self.root(x)).size as usize
    }

    /// How many families there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Makes one family of two; `by_id` compares ids.
    pub(super) fn join(&mut self, x: u32, y: u32, by_id: impl Fn(u32, u32) -> Ordering) {
        let (x, y) = (self.root(x), self.root(y));
        if x != y {
            self.unite(x, y, by_id);
        }
    }

    /// As [`Kin::join`] of an article that has just come with one before it; what was before it came can be asked until
    /// [`Kin::forget`].
    pub(super) fn join_last(&mut self, last: u32, y: u32, by_id: impl Fn(u32, u32) -> Ordering) {
        let (x, y) = (self.root(last), self.root(y));
        if x != y {
            let mut join = self.unite(x, y, by_id);
            join.by = last;
            self.log.push(join);
        }
    }

    /// Forgets what was before the last joins.
    pub(super) fn forget(&mut self) {
        self.log.clear();
    }

    /// [`Kin::root`] as it was when there were `upto` articles.
    pub(super) fn root_at(&self, mut x: u32, upto: u32) -> u32 {
        let later = |x: u32| self.log.iter().any(|j| j.by >= upto && j.from == x);
        while self.set(x).parent != x && !later(x) {
            x = self.set(x).parent;
        }
        x
    }

    /// The member of least id of the family of a root, and how many there are, when there were `upto` articles.
    pub(super) fn family_at(&self, root: u32, upto: u32) -> (u32, usize) {
        let later = self.log.iter().find(|j| j.by >= upto && j.to == root);
        let Set { head, size, .. } = later.map_or(*self.set(root), |j| j.before);
        (head, size as usize)
    }

    /// How many families there were when there were `upto` articles, all that came later being there.
    pub(super) fn count_at(&self, upto: u32) -> usize {
        let later = (self.sets.len() as u32).saturating_sub(upto) as usize;
        let joined = self.log.iter().filter(|j| j.by >= upto).count();
        self.count + joined - later
    }

    fn unite(&mut self, x: u32, y: u32, by_id: impl Fn(u32, u32) -> Ordering) -> Join {
        // The larger takes the smaller in, so that no way to a root is long.
        let (from, to) = if self.set(x).size < self.set(y).size {
            (x, y)
        } else {
            (y, x)
        };
        let (taken, before) = (*self.set(from), *self.set(to));
        let join = Join {
            by: 0,
            from,
            to,
            before,
        };
        self.sets[from as usize].parent = to;
        let set = &mut self.sets[to as usize];
        set.size += taken.size;
        if by_id(taken.head, before.head).is_lt() {
            set.head = taken.head;
        }
        self.count -= 1;
        join
    }

    /// Makes each of some articles a family by itself, which are all there were of theirs but for those that are gone.
    pub(super) fn part(&mut self, members: &[u32], gone: &[u32]) {
        let mut roots: Vec<u32> = members.iter().chain(gone).map(|x| self.root(*x)).collect();
        roots.sort_unstable();
        roots.dedup();
        self.count -= roots.len();
        let alone = |x: u32, size: u32| Set {
            parent: x,
            head: x,
            size,
        };
        for x in gone {
            self.sets[*x as usize] = alone(*x, 0);
        }
        for x in members {
            self.sets[*x as usize] = alone(*x, 1);
        }
        self.count += members.len();
    }

    /// The root of each article, as it is stored.
    pub(super) fn roots(&self) -> Vec<u32> {
        (0..self.sets.len() as u32).map(|x| self.root(x)).collect()
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
        let head = |kin: &Kin, x: u32| kin.family_at(kin.root(x), 6).0;
        assert_eq!((head(&kin, 0), kin.size(1), kin.count()), (3, 3, 4));
        kin.part(&[0, 3], &[1]);
        assert_eq!((kin.size(0), kin.size(1), kin.count()), (1, 0, 5));
        kin.join(0, 3, by_id);
        assert_eq!((head(&kin, 0), kin.count()), (3, 4));
        kin.part(&[], &[5]);
        assert_eq!(kin.count(), 3);
    }

    #[test]
    fn what_was_before_the_last_joins_can_be_asked() {
        let mut kin = Kin::default();
        let by_id = |x: u32, y: u32| y.cmp(&x);
        let mut before = Vec::new();
        let told = |kin: &Kin, upto: u32| -> Vec<(u32, u32, usize)> {
            let family = |x: u32| {
                let root = kin.root_at(x, upto);
                let (head, size) = kin.family_at(root, upto);
                (root, head, size)
            };
            (0..upto).map(family).collect()
        };
        for (x, joined) in [&[][..], &[], &[0], &[], &[1, 3], &[2], &[5, 4]]
            .iter()
            .enumerate()
        {
            before.push((told(&kin, x as u32), kin.count()));
            kin.push();
            for y in *joined {
                kin.join_last(x as u32, *y, by_id);
            }
        }
        for (upto, (families, count)) in (0..).zip(&before) {
            assert_eq!((&told(&kin, upto), &kin.count_at(upto)), (families, count));
        }
    }
}
