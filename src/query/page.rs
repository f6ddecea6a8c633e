//! Slicing an ordered sequence: by number of rows skipped, or after a place.
//!
//! Both walk an iterator of cheap references (places of an index, pointers) and hand back only those of one page, so rows
//! are resolved and rendered afterwards, by [`Page::map`], and never for what was skipped.

/// A part of a longer sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on the page, in order.
    pub items: Vec<T>,
    /// How long the whole sequence is; counted only when asked for, since it walks everything.
    pub total: Option<usize>,
    /// Whether anything follows this page.
    pub more: bool,
}

impl<T> Page<T> {
    /// The same page without the items of which nothing can be shown.
    pub fn filter_map<U>(self, show: impl FnMut(T) -> Option<U>) -> Page<U> {
        Page { items: self.items.into_iter().filter_map(show).collect(), total: self.total, more: self.more }
    }

    /// The same page with each item resolved or rendered.
    pub fn map<U>(self, render: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(render).collect(), total: self.total, more: self.more }
    }
}

/// A page by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// How many items to skip.
    pub offset: usize,
    /// The most items to return; none is allowed.
    pub limit: usize,
}

impl Window {
    /// Cuts this window out of `whole`. Counting walks it to the end; otherwise the walk stops one item after the page.
    /// A window past the end is empty.
    pub fn cut<T>(self, whole: impl Iterator<Item = T>, count: bool) -> Page<T> {
        let mut whole = whole.fuse();
        let skipped = whole.by_ref().take(self.offset).count();
        let items: Vec<T> = whole.by_ref().take(self.limit).collect();
        let more = whole.next().is_some();
        let total = count.then(|| skipped + items.len() + usize::from(more) + whole.count());
        Page { items, total, more }
    }
}

/// A page by place: what follows the last item of the page before, whatever came or went meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After<P> {
    /// Where the page before ended; `None` for the first page.
    pub place: Option<P>,
    /// The most items to return.
    pub limit: usize,
}

impl<P> After<P> {
    /// The page, and the place where the next one starts if there is more.
    ///
    /// `from` walks the sequence from just after a place (an index does that without skipping), or from its start;
    /// `place` names the place of an item. A limit of zero gives an empty page and no next place.
    pub fn cut<T, I>(self, from: impl FnOnce(Option<P>) -> I, place: impl Fn(&T) -> P) -> (Page<T>, Option<P>)
    where
        I: Iterator<Item = T>,
    {
        let page = Window { offset: 0, limit: self.limit }.cut(from(self.place), false);
        let next = page.items.last().filter(|_| page.more).map(place);
        (page, next)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn window(offset: usize, limit: usize) -> Page<u32> {
        Window { offset, limit }.cut(0..5, true)
    }

    #[test]
    fn a_window_says_what_it_holds_and_what_it_leaves() {
        assert_eq!(window(0, 2), Page { items: vec![0, 1], total: Some(5), more: true });
        assert_eq!(window(3, 2), Page { items: vec![3, 4], total: Some(5), more: false });
        assert_eq!(window(4, 2), Page { items: vec![4], total: Some(5), more: false });
        assert_eq!(window(5, 2), Page { items: vec![], total: Some(5), more: false });
        assert_eq!(window(9, 2), Page { items: vec![], total: Some(5), more: false });
        assert_eq!(window(0, 0), Page { items: vec![], total: Some(5), more: true });
    }

    #[test]
    fn only_the_page_and_one_more_are_walked_unless_counted() {
        let mut walked = 0;
        let page = Window { offset: 10, limit: 5 }.cut((0..1000).inspect(|_| walked += 1), false);
        assert_eq!((page.total, walked), (None, 16));
    }

    #[test]
    fn a_page_renders_only_what_it_holds() {
        let page = Window { offset: 1, limit: 1 }.cut(["a", "b", "c"].into_iter(), true).map(str::len);
        assert_eq!(page, Page { items: vec![1], total: Some(3), more: true });
    }

    proptest! {
        #[test]
        fn windows_joined_are_the_whole(whole in prop::collection::vec(any::<u8>(), 0..60), limit in 1usize..9) {
            let mut joined = Vec::new();
            loop {
                let page = Window { offset: joined.len(), limit }.cut(whole.iter().copied(), true);
                prop_assert_eq!(page.total, Some(whole.len()));
                joined.extend(page.items);
                if !page.more {
                    break;
                }
            }
            prop_assert_eq!(joined, whole);
        }

        #[test]
        fn pages_by_place_joined_are_the_whole(whole in prop::collection::btree_set(any::<u16>(), 0..60), limit in 1usize..9) {
            let mut joined = Vec::new();
            let mut place = None;
            loop {
                let from = |place: Option<u16>| whole.iter().copied().filter(move |item| place.is_none_or(|p| *item > p));
                let (page, next) = After { place, limit }.cut(from, |item| *item);
                joined.extend(page.items);
                place = next;
                if place.is_none() {
                    break;
                }
            }
            prop_assert_eq!(joined, whole.into_iter().collect::<Vec<_>>());
        }
    }
}
