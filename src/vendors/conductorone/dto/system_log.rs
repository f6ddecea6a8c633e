//! The system log.

use crate::vendors::conductorone::wire::{Time, message, vocabulary};

vocabulary! {
    SortDirection {
        Unspecified = "SORT_DIRECTION_UNSPECIFIED",
        Asc = "SORT_DIRECTION_ASC",
        Desc = "SORT_DIRECTION_DESC",
    }
}

message! {
    SystemLogIn = c1.api.systemlog.v1.SystemLogServiceListEventsRequest {
        since: Option<Time>,
        since_event_uid: String,
        until: Option<Time>,
        until_event_uid: String,
        sort_direction: SortDirection,
        page_size: i32,
        page_token: String,
    }
}
