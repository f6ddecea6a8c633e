//! Directories.

use super::View;
use super::expanded::Object;
use crate::vendors::conductorone::expand::{ExpandMask, Expander};
use crate::vendors::conductorone::lifecycle::DirectorySettings;
use crate::vendors::conductorone::model::{self, AccountFilter, MatchCase};
use crate::vendors::conductorone::wire::{Any, Empty, Time, id, message};

message! {
    DirectoryCel = c1.api.directory.v1.DirectoryAccountFilterCel {
        expression: String,
    }

    DirectoryMatchCase = c1.api.directory.v1.DirectoryMergeMatchCase {
        app_user_key_cel: String,
        user_key_cel: String,
    }

    DirectoryMergeConfig = c1.api.directory.v1.DirectoryMergeConfig {
        match_cases: Vec<DirectoryMatchCase>,
    }

    Directory = c1.api.directory.v1.Directory {
        app_id: String,
        merge_config: Option<DirectoryMergeConfig>,
        created_at: Option<Time>,
        updated_at: Option<Time>,
        deleted_at: Option<Time>;
        oneof account_filter {
            all: Empty,
            cel_expression: DirectoryCel,
        }
    }

    DirectoryView = c1.api.directory.v1.DirectoryView {
        directory: Option<Directory>,
        app_path: String,
    }

    DirectoryAnswer = c1.api.directory.v1.DirectoryServiceGetResponse {
        directory_view: Option<DirectoryView>,
        expanded: Vec<Any>,
    }

    DirectoryCreateIn = c1.api.directory.v1.DirectoryServiceCreateRequest {
        app_id: String,
        merge_config: Option<DirectoryMergeConfig>,
        expand_mask: Option<ExpandMask>;
        oneof account_filter {
            all: Empty,
            cel_expression: DirectoryCel,
        }
    }

    DirectoryUpdateIn = c1.api.directory.v1.DirectoryServiceUpdateRequest {
        merge_config: Option<DirectoryMergeConfig>,
        expand_mask: Option<ExpandMask>;
        oneof account_filter {
            all: Empty,
            cel_expression: DirectoryCel,
        }
    }
}

fn settings(all: Option<Empty>, cel: Option<DirectoryCel>, merge: Option<DirectoryMergeConfig>) -> DirectorySettings {
    let cel = cel.map(|cel| AccountFilter::Cel(cel.expression));
    let case = |case: DirectoryMatchCase| MatchCase { account_key: case.app_user_key_cel, user_key: case.user_key_cel };
    DirectorySettings {
        filter: cel.or(all.map(|_| AccountFilter::All)),
        matching: merge.map(|merge| merge.match_cases.into_iter().map(case).collect()),
    }
}

impl DirectoryCreateIn {
    /// What is said about the new directory.
    pub fn settings(self) -> DirectorySettings {
        settings(self.all, self.cel_expression, self.merge_config)
    }
}

impl DirectoryUpdateIn {
    /// What is said about the directory.
    pub fn settings(self) -> DirectorySettings {
        settings(self.all, self.cel_expression, self.merge_config)
    }
}

impl View<'_> {
    /// A directory.
    pub fn directory(self, directory: &model::Directory) -> Directory {
        let case = |case: &MatchCase| DirectoryMatchCase {
            app_user_key_cel: case.account_key.clone(),
            user_key_cel: case.user_key.clone(),
        };
        let (all, cel_expression) = match &directory.filter {
            AccountFilter::All => (Some(Empty {}), None),
            AccountFilter::Cel(expression) => (None, Some(DirectoryCel { expression: expression.clone() })),
        };
        let matching = directory.matching.as_ref();
        Directory {
            app_id: id::text(directory.app),
            merge_config: matching.map(|cases| DirectoryMergeConfig { match_cases: cases.iter().map(case).collect() }),
            created_at: Some(directory.created.into()),
            updated_at: Some(directory.updated.into()),
            deleted_at: None::<Time>,
            all,
            cel_expression,
        }
    }
    /// A directory, with what it points at.
    pub fn directory_view(self, directory: &model::Directory, expand: &mut Expander<'_, Object>) -> DirectoryView {
        DirectoryView {
            directory: Some(self.directory(directory)),
            app_path: expand.one("app_id", Some(Object::App(directory.app))),
        }
    }
}
