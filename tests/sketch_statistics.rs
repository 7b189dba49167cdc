//! Does the sketch estimate what it says it does? Bias, variance and banding recall on random sets
//! whose Jaccard similarity is known, against theory.
//!
//! All seeds are fixed, so a test passes always or never. A check allows for chance at [`Z`]
//! standard errors, and the last tests show that the same checks catch schemes known to be bad.
//!
//! `cargo test --release --test sketch_statistics -- --ignored --nocapture` prints the table of
//! `docs/sketch.md`.

#[path = "../benches/variants/mod.rs"]
mod variants;

use copytaster::sketch::minhash::{SketchParams, estimate_jaccard};
use variants::{BROKEN, CANDIDATES, Make, OPEN, Random};

/// Slots, unless a test varies them.
const K: usize = 128;

/// Standard errors a mean may stray. Two-sided alpha is 1.7e-5 for one check, and so below 0.002
/// for the hundred or so in this file together.
const Z: f64 = 4.3;

/// How far banding recall may be from what independent slots would give. Slots of this sketch are
/// not quite independent (see [`relative_variance`]); the largest difference measured beyond
/// chance is 0.012.
const RECALL_TOLERANCE: f64 = 0.015;

/// Bands and rows whose recall is measured.
const BANDINGS: [(usize, usize); 2] = [(32, 4), (42, 3)];

/// Shingles in each of the two sets. Two is where the last rounds of the scheme matter most.
const SIZES: [usize; 6] = [2, 5, 20, 100, 1_000, 5_000];

/// Similarities aimed at; the sizes of the sets decide which can be had exactly.
const TARGETS: [f64; 5] = [0.1, 0.3, 0.5, 0.7, 0.9];

/// Seeds over which the trials are spread.
const SEEDS: u64 = 8;

/// Two sets: their sizes, and how many shingles they share.
#[derive(Clone, Copy, Debug)]
struct Pair {
    a: usize,
    b: usize,
    shared: usize,
}

impl Pair {
    /// Two sets of one size with a similarity as near to `jaccard` as can be.
    fn near(size: usize, jaccard: f64) -> Self {
        let shared = (2.0 * size as f64 * jaccard / (1.0 + jaccard)).round();
        Self {
            a: size,
            b: size,
            shared: shared as usize,
        }
    }

    /// Those nearest to the targets that are neither equal nor disjoint.
    fn all_of(size: usize) -> Vec<Self> {
        let mut pairs = TARGETS.map(|target| Self::near(size, target)).to_vec();
        pairs.retain(|pair| (1..size).contains(&pair.shared));
        pairs.dedup_by_key(|pair| pair.shared);
        pairs
    }

    fn union(&self) -> usize {
        self.a + self.b - self.shared
    }

    fn jaccard(&self) -> f64 {
        self.shared as f64 / self.union() as f64
    }
}

/// Variance of k-permutation MinHash, whose slots are independent: J (1 - J) / k.
fn independent_variance(pair: &Pair, k: usize) -> f64 {
    pair.jaccard() * (1.0 - pair.jaccard()) / k as f64
}

/// Variance of Fast Similarity Sketching relative to that of independent slots. Derived in
/// `docs/sketch.md`.
fn relative_variance(pair: &Pair, k: usize) -> f64 {
    let (k, union) = (k as f64, pair.union() as f64);
    let one_missed = (1.0 - 1.0 / k).powf(union);
    let both_missed = (1.0 - 2.0 / k).powf(union);
    let neither_missed = 1.0 - 2.0 * one_missed + both_missed;
    let same_round = neither_missed * (1.0 - both_missed.powf(k)) / (1.0 - both_missed);
    1.0 - (k - 1.0) / (union - 1.0) * same_round
}

/// Probability that some band of independent slots agrees in full.
fn independent_recall(jaccard: f64, (bands, rows): (usize, usize)) -> f64 {
    1.0 - (1.0 - jaccard.powf(rows as f64)).powf(bands as f64)
}

/// A measured mean and its standard error.
#[derive(Clone, Copy, Debug)]
struct Mean {
    value: f64,
    error: f64,
}

impl Mean {
    fn of(values: impl ExactSizeIterator<Item = f64> + Clone) -> Self {
        let n = values.len() as f64;
        let value = values.clone().sum::<f64>() / n;
        let square = values.map(|v| (v - value).powi(2)).sum::<f64>() / n;
        Self {
            value,
            error: (square / n).sqrt(),
        }
    }

    /// Errors if `expected` is more than `Z` standard errors and `slack` away.
    fn expect(&self, what: &str, expected: f64, slack: f64) -> Result<(), String> {
        if (self.value - expected).abs() <= Z * self.error + slack {
            return Ok(());
        }
        let Self { value, error } = self;
        Err(format!("{what} is {value} +- {error}, not {expected}"))
    }
}

/// What many sketches of random pairs of sets came to.
struct Observed {
    pair: Pair,
    k: usize,
    /// Estimate less true similarity, a trial each.
    deviations: Vec<f64>,
    /// Whether some band agreed, a trial each, for each of [`BANDINGS`].
    found: [Vec<bool>; 2],
    /// Trials in which each slot agreed.
    agreed: Vec<usize>,
}

impl Observed {
    fn bias(&self) -> Mean {
        Mean::of(self.deviations.iter().copied())
    }

    fn variance(&self) -> Mean {
        let mean = self.bias().value;
        Mean::of(self.deviations.iter().map(|d| (d - mean).powi(2)))
    }

    fn recall(&self, banding: usize) -> Mean {
        Mean::of(self.found[banding].iter().map(|&f| f64::from(f)))
    }

    fn check_bias(&self) -> Result<(), String> {
        self.bias().expect("bias", 0.0, 0.0)
    }

    /// Checks the variance, as a multiple of that of independent slots.
    fn check_variance(&self, relative: f64) -> Result<(), String> {
        let expected = relative * independent_variance(&self.pair, self.k);
        self.variance().expect("variance", expected, 0.0)
    }

    fn check_recall(&self, slack: f64) -> Result<(), String> {
        BANDINGS.iter().enumerate().try_for_each(|(i, &banding)| {
            let expected = independent_recall(self.pair.jaccard(), banding);
            self.recall(i)
                .expect(&format!("recall of {banding:?}"), expected, slack)
        })
    }
}

/// Sketches `trials` pairs of sets of fresh random shingles, spread over a few seeds.
fn observe(make: Make, k: usize, pair: Pair, trials: usize) -> Observed {
    let mut schemes: Vec<_> = (0..SEEDS)
        .map(|i| make(k, SketchParams::DEFAULT_SEED + i))
        .collect();
    let mut random = Random::new((pair.a * 10_000 + pair.shared) as u64);
    let mut union = vec![0; pair.union()];
    let (mut a, mut b, mut bands) = (Vec::new(), Vec::new(), Vec::new());
    let mut observed = Observed {
        pair,
        k,
        deviations: Vec::with_capacity(trials),
        found: [Vec::new(), Vec::new()],
        agreed: vec![0; k],
    };
    for trial in 0..trials {
        union.fill_with(|| random.next());
        let scheme = &mut schemes[trial % SEEDS as usize];
        scheme.sketch(&union[..pair.a], &mut a);
        scheme.sketch(&union[pair.union() - pair.b..], &mut b);

        let estimate = estimate_jaccard(&a, &b).expect("sketches of one length");
        observed.deviations.push(estimate - pair.jaccard());
        bands.clear();
        bands.extend(a.iter().zip(&b).map(|(x, y)| x == y && *x != OPEN));
        for (count, &agrees) in observed.agreed.iter_mut().zip(&bands) {
            *count += usize::from(agrees);
        }
        for (found, (number, rows)) in observed.found.iter_mut().zip(BANDINGS) {
            let mut chunks = bands.chunks_exact(rows).take(number);
            found.push(chunks.any(|band| band.iter().all(|&agrees| agrees)));
        }
    }
    observed
}

fn named(name: &str) -> Make {
    let all = CANDIDATES.iter().chain(&BROKEN);
    let found = all.into_iter().find(|(candidate, _)| *candidate == name);
    found.expect("a scheme of that name").1
}

fn chosen() -> Make {
    named("Fast Similarity Sketching")
}

fn assert_all(checks: impl IntoIterator<Item = (Pair, Result<(), String>)>) {
    let failed: Vec<_> = checks.into_iter().filter(|(_, r)| r.is_err()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

fn trials(size: usize) -> usize {
    match size {
        0..=200 => 30_000,
        201..=2_000 => 10_000,
        _ => 3_000,
    }
}

#[test]
fn estimate_is_unbiased_with_the_variance_of_its_theory() {
    for size in SIZES {
        assert_all(Pair::all_of(size).into_iter().flat_map(|pair| {
            let observed = observe(chosen(), K, pair, trials(size));
            [
                (pair, observed.check_bias()),
                (pair, observed.check_variance(relative_variance(&pair, K))),
                (pair, observed.check_recall(RECALL_TOLERANCE)),
            ]
        }));
    }
}

#[test]
fn so_it_is_with_sets_of_unequal_size_and_other_numbers_of_slots() {
    let nested = Pair {
        a: 20,
        b: 100,
        shared: 20,
    };
    let excerpt = Pair {
        a: 90,
        b: 900,
        shared: 80,
    };
    for (k, pair) in [
        (K, nested),
        (K, excerpt),
        (16, Pair::near(20, 0.5)),
        (100, Pair::near(20, 0.5)),
        (1024, Pair::near(100, 0.5)),
    ] {
        let observed = observe(chosen(), k, pair, 3_000);
        assert_all([
            (pair, observed.check_bias()),
            (pair, observed.check_variance(relative_variance(&pair, k))),
        ]);
    }
}

/// Banding uses slots one by one: it is no help if they are right on the average only.
#[test]
fn every_slot_agrees_with_probability_equal_to_the_similarity() {
    for size in [5, 20, 100] {
        let pair = Pair::near(size, 0.5);
        let observed = observe(chosen(), K, pair, 10_000);
        let (n, j) = (observed.deviations.len() as f64, pair.jaccard());
        let squares = observed
            .agreed
            .iter()
            .map(|&agreed| (agreed as f64 - n * j).powi(2) / (n * j * (1.0 - j)));
        // Chi-squared with K degrees of freedom: mean K, variance 2 K.
        let excess = (squares.sum::<f64>() - K as f64) / (2.0 * K as f64).sqrt();
        assert!(excess.abs() < Z, "{pair:?}: {excess} standard deviations");
    }
}

/// The other way round: not random articles under a few seeds, but one pair of articles, of
/// consecutive integers at that, under many. If the seed did not reach every hash, the same pair
/// would be misjudged under all of them.
#[test]
fn one_pair_of_articles_is_judged_without_bias_over_seeds() {
    let pair = Pair::near(20, 0.5);
    let union: Vec<u64> = (0..pair.union() as u64).collect();
    let (mut a, mut b) = (Vec::new(), Vec::new());
    let deviations: Vec<f64> = (0..6_000)
        .map(|seed| {
            let params = SketchParams::new(K, seed).expect("a valid number of slots");
            params.sketch_into(&union[..pair.a], &mut a);
            params.sketch_into(&union[pair.union() - pair.b..], &mut b);
            estimate_jaccard(&a, &b).expect("sketches of one length") - pair.jaccard()
        })
        .collect();
    let observed = Observed {
        pair,
        k: K,
        deviations,
        found: [Vec::new(), Vec::new()],
        agreed: Vec::new(),
    };
    assert_all([
        (pair, observed.check_bias()),
        (pair, observed.check_variance(relative_variance(&pair, K))),
    ]);
}

#[test]
fn the_checks_pass_independent_permutations() {
    for size in [5, 20, 100] {
        let pair = Pair::near(size, 0.5);
        let observed = observe(named("k-permutation"), K, pair, 3_000);
        assert_all([
            (pair, observed.check_bias()),
            (pair, observed.check_variance(1.0)),
            (pair, observed.check_recall(0.0)),
        ]);
        // And tell their variance from that of the chosen scheme.
        let halved = observed.check_variance(relative_variance(&pair, K));
        assert!(halved.is_err(), "{pair:?}");
    }
}

#[test]
fn the_checks_catch_empty_slots() {
    for size in [5, 20, 100] {
        let pair = Pair::near(size, 0.5);
        let observed = observe(named("OPH, not densified"), K, pair, 500);
        assert!(observed.check_bias().is_err(), "{pair:?}");
        assert!(observed.check_recall(RECALL_TOLERANCE).is_err(), "{pair:?}");
    }
    // Where no slot is left empty, nothing is wrong.
    let observed = observe(named("OPH, not densified"), K, Pair::near(5_000, 0.5), 500);
    assert_eq!(observed.check_bias(), Ok(()));
}

#[test]
fn the_checks_catch_slots_that_depend_on_each_other() {
    for size in [5, 20] {
        let pair = Pair::near(size, 0.5);
        let observed = observe(named("circulant, linear hash"), K, pair, 3_000);
        assert_eq!(observed.check_bias(), Ok(()), "unbiased all the same");
        assert!(observed.check_variance(1.0).is_err(), "{pair:?}");
        assert!(observed.check_recall(RECALL_TOLERANCE).is_err(), "{pair:?}");
    }
}

#[test]
#[ignore = "prints the table of docs/sketch.md; a minute or two, and only with --release"]
fn table() {
    for size in SIZES {
        let pair = Pair::near(size, 0.5);
        let [first, second] = BANDINGS.map(|banding| independent_recall(pair.jaccard(), banding));
        let theory = relative_variance(&pair, K);
        println!(
            "\n{size} shingles, J = {:.4}; theory: FSS variance {theory:.3}, recall {first:.4} {second:.4}\n",
            pair.jaccard()
        );
        for (name, make) in CANDIDATES.iter().chain(&BROKEN) {
            let trials = match size {
                0..=200 => 40_000,
                201..=2_000 => 20_000,
                _ => 8_000,
            };
            let observed = observe(*make, K, pair, trials);
            let bias = observed.bias();
            let unit = independent_variance(&pair, K);
            let variance = observed.variance();
            let [first, second] = [observed.recall(0), observed.recall(1)];
            println!(
                "| {name} | {:+.5} ({:+.1}) | {:.3} ± {:.3} | {:.4} ± {:.4} | {:.4} ± {:.4} |",
                bias.value,
                bias.value / bias.error,
                variance.value / unit,
                variance.error / unit,
                first.value,
                first.error,
                second.value,
                second.error,
            );
        }
    }
    println!("\nFast Similarity Sketching over all similarities\n");
    for size in SIZES {
        for pair in Pair::all_of(size) {
            let observed = observe(chosen(), K, pair, trials(size));
            let (bias, variance) = (observed.bias(), observed.variance());
            let theory = relative_variance(&pair, K) * independent_variance(&pair, K);
            let [first, second] = [0, 1].map(|i| {
                observed.recall(i).value - independent_recall(pair.jaccard(), BANDINGS[i])
            });
            println!(
                "| {size} | {:.3} | {:+.1} | {:.3} ± {:.3} | {first:+.4} | {second:+.4} |",
                pair.jaccard(),
                bias.value / bias.error,
                variance.value / theory,
                variance.error / theory,
            );
        }
    }
}
