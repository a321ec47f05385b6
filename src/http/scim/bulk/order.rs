//! In which order operations run: each where it stands, after those that it refers to. Those
//! that refer to each other in a circle run together. (Tarjan's algorithm, which gives the
//! circles of a graph with what they lead to first.)

/// Operations that are done together, by their places; most are alone.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) places: Vec<usize>,
    /// Whether they refer to each other, or the one to itself.
    pub(super) circular: bool,
}

/// The order of as many operations as there are lists; each list says which others an
/// operation refers to.
pub(super) fn units(refers_to: &[Vec<usize>]) -> Vec<Unit> {
    let mut walk = Walk {
        refers_to,
        number: vec![None; refers_to.len()],
        lowest: vec![0; refers_to.len()],
        open: Vec::new(),
        is_open: vec![false; refers_to.len()],
        next: 0,
        units: Vec::new(),
    };
    for place in 0..refers_to.len() {
        if walk.number[place].is_none() {
            walk.visit(place);
        }
    }
    walk.units
}

struct Walk<'a> {
    refers_to: &'a [Vec<usize>],
    /// The order in which places were come to.
    number: Vec<Option<usize>>,
    /// The earliest place that can be come back to.
    lowest: Vec<usize>,
    open: Vec<usize>,
    is_open: Vec<bool>,
    next: usize,
    units: Vec<Unit>,
}

impl Walk<'_> {
    /// Its depth is bounded by the number of operations in a request; a list of steps in
    /// place of recursion keeps it off the thread's stack.
    fn visit(&mut self, start: usize) {
        let mut steps = vec![(start, 0)];
        self.enter(start);
        while let Some((place, position)) = steps.pop() {
            let Some(&other) = self.refers_to[place].get(position) else {
                self.leave(place);
                if let Some(&(parent, _)) = steps.last() {
                    self.lowest[parent] = self.lowest[parent].min(self.lowest[place]);
                }
                continue;
            };
            steps.push((place, position + 1));
            match self.number[other] {
                None => {
                    self.enter(other);
                    steps.push((other, 0));
                }
                Some(number) if self.is_open[other] => {
                    self.lowest[place] = self.lowest[place].min(number);
                }
                Some(_) => {}
            }
        }
    }

    fn enter(&mut self, place: usize) {
        self.number[place] = Some(self.next);
        self.lowest[place] = self.next;
        self.next += 1;
        self.open.push(place);
        self.is_open[place] = true;
    }

    fn leave(&mut self, place: usize) {
        if self.number[place] != Some(self.lowest[place]) {
            return;
        }
        let start = self
            .open
            .iter()
            .rposition(|open| *open == place)
            .unwrap_or_default();
        let mut places = self.open.split_off(start);
        places.sort_unstable();
        for done in &places {
            self.is_open[*done] = false;
        }
        let circular = places.len() > 1 || self.refers_to[place].contains(&place);
        self.units.push(Unit { places, circular });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(refers_to: &[&[usize]]) -> Vec<(Vec<usize>, bool)> {
        let lists: Vec<Vec<usize>> = refers_to.iter().map(|list| list.to_vec()).collect();
        units(&lists)
            .into_iter()
            .map(|unit| (unit.places, unit.circular))
            .collect()
    }

    #[test]
    fn operations_that_refer_to_nothing_keep_their_order() {
        assert_eq!(
            order(&[&[], &[], &[]]),
            [(vec![0], false), (vec![1], false), (vec![2], false)]
        );
    }

    #[test]
    fn an_operation_waits_for_what_it_refers_to_and_not_longer() {
        assert_eq!(
            order(&[&[2], &[], &[]]),
            [(vec![2], false), (vec![0], false), (vec![1], false)]
        );
    }

    #[test]
    fn a_circle_is_one_and_comes_after_what_it_leads_to() {
        assert_eq!(
            order(&[&[1], &[0, 3], &[0], &[]]),
            [(vec![3], false), (vec![0, 1], true), (vec![2], false)]
        );
    }

    #[test]
    fn circles_that_share_an_operation_are_one() {
        assert_eq!(order(&[&[1], &[0, 2], &[1]]), [(vec![0, 1, 2], true)]);
    }

    #[test]
    fn what_refers_to_itself_is_a_circle() {
        assert_eq!(order(&[&[0]]), [(vec![0], true)]);
    }

    #[test]
    fn a_long_chain_does_not_need_a_deep_stack() {
        let chain: Vec<Vec<usize>> = (0..100_000)
            .map(|place| {
                if place < 99_999 {
                    vec![place + 1]
                } else {
                    vec![]
                }
            })
            .collect();
        let order = units(&chain);
        assert_eq!(order.len(), 100_000);
        assert_eq!(order[0].places, [99_999]);
    }
}
