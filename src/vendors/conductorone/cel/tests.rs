use super::*;
use crate::company::Company;
use crate::company::seed::Seed;
use crate::vendors::conductorone::model::Domain;

fn scene() -> Scene {
    let company = Company::load(&Seed::embedded(), "2026-01-05T09:00:00Z".parse().unwrap()).unwrap();
    let domain = Domain::default();
    let raj = company.person_named("raj.patel").unwrap().id;
    Scene::about(&domain, &company, "2026-01-05T09:00:00Z".parse().unwrap(), Some(raj))
}

#[test]
fn conditions_see_the_target_user_in_both_spellings() {
    let scene = scene();
    for (text, expected) in [
        ("true", Ok(true)),
        ("subject.email.endsWith('@acme.example')", Ok(true)),
        ("subject.job_title == subject.jobTitle", Ok(true)),
        ("subject.status == UserStatus.ENABLED", Ok(true)),
        ("size(subject.manager_ids) == 1", Ok(true)),
        ("subject.displayName.lowerAscii().contains('raj')", Ok(true)),
        ("duration('1h') < duration('2h')", Ok(true)),
        ("now() > timestamp('2026-01-01T00:00:00Z')", Ok(true)),
        ("ifEmpty('', 'x') == 'x'", Ok(true)),
        ("c1.directory.users.v1.FindByEmail('mia.chen@acme.example').id in subject.managerIds", Ok(true)),
        ("c1.directory.users.v1.GetManagers(subject)[0].email == 'mia.chen@acme.example'", Ok(true)),
    ] {
        assert_eq!(holds(text, &scene), expected, "{text}");
    }
}

#[test]
fn what_breaks_off_says_why() {
    let scene = scene();
    for (text, part) in [
        ("subject.", "ERROR"),
        ("1 + 'a' == 2", ""),
        ("'text'", "must yield bool, not string"),
        ("subject.no_such_field == 'x'", "No such key"),
        ("c1.directory.users.v1.FindByEmail('nobody@acme.example').id == ''", "no user has the email"),
    ] {
        let error = holds(text, &scene).unwrap_err();
        assert!(error.contains(part), "{text}: {error}");
    }
    assert!(holds("lists.range(9).size() == 9", &scene).unwrap_err().contains("undeclared"));
    assert!(holds(&"a".repeat(TEXT_MAX + 1), &scene).unwrap_err().contains("longer than"));
}

#[test]
fn approver_expressions_yield_one_user_or_several() {
    let scene = scene();
    let mia = scene.company.person_named("mia.chen").unwrap().id;
    for text in [
        "c1.directory.users.v1.GetManagers(subject)",
        "c1.directory.users.v1.FindByEmail('mia.chen@acme.example')",
        "subject.managerIds",
        "['mia.chen@acme.example']",
    ] {
        assert_eq!(people(text, &scene), Ok(vec![mia]), "{text}");
    }
    assert_eq!(people("[]", &scene), Ok(Vec::new()));
    assert!(people("7", &scene).unwrap_err().contains("must yield users"));
    assert!(people("['nobody']", &scene).unwrap_err().contains("not found"));
}

/// Each of these would run for hours, or fill the memory.
#[test]
fn what_costs_too_much_is_not_run() {
    let scene = scene();
    let nested = |depth: usize| {
        let open = "appOwners.exists(o, ".repeat(depth);
        format!("{open}true{}", ")".repeat(depth))
    };
    let members = "c1.directory.apps.v1.GetEntitlementMembers('a', 'b')";
    let hundred = "x".repeat(100);
    for costly in [
        nested(4),
        format!("{members}.exists(x, {members}.exists(y, x == y))"),
        format!("'{hundred}'.replace('', '{hundred}').replace('', '{hundred}').size() > 1"),
        format!(
            "[{}].map(x, [x, x, x, x, x].join(x)).join('{hundred}').size() > 1",
            vec!["'abcdefghij'"; 200].join(",")
        ),
        "task.data.list.exists(x, task.data.list.exists(y, x == y))".into(),
    ] {
        assert_eq!(check(&costly).len(), 1, "{costly}");
        assert!(holds(&costly, &scene).unwrap_err().contains("costs too much"), "{costly}");
    }
    for cheap in [
        nested(2),
        format!("{members}.exists(x, x.id == subject.id)"),
        format!("{members}.map(x, x.id).filter(y, y != subject.id).size() > 3"),
        "appOwners.exists(o, c1.directory.users.v1.DirectReports(o).exists(r, r.id == subject.id))".into(),
        "['a', 'b'].map(x, ['c', 'd'].map(y, x + y).join(',')).join(' ') == ''".into(),
        "task.data.list.exists(x, x == 'y')".into(),
    ] {
        assert_eq!(check(&cheap), [], "{cheap}");
    }
}

#[test]
fn an_editor_is_told_what_is_wrong_and_where() {
    for fine in [
        "true",
        "subject.email.endsWith('@x') && task.origin == TaskOrigin.API",
        "c1.user.v1.HasApp(subject, entitlement.appId)",
        "[1, 2].exists(x, x > 1) || subject.department in ['a', 'b']",
        "appOwners.map(owner, owner.id)",
        "'A b'.lowerAscii().split(' ').size() == 2",
    ] {
        assert_eq!(check(fine), [], "{fine}");
    }
    let unknown = check("subject.email == 'x' &&\n  nobody.email == 'y'");
    assert_eq!(unknown.len(), 1);
    assert_eq!((unknown[0].start, unknown[0].severity), ((2, 3), Severity::Error));
    assert!(unknown[0].message.contains("'nobody'"));
    assert_eq!(check("c1.user.v1.GetAppUserStatus(account)")[0].severity, Severity::Warning);
    assert!(compile_error("frobnicate(subject)").unwrap().contains("'frobnicate'"));
    assert!(compile_error("subject.email ==").is_some());
    assert_eq!(compile_error("c1.user.v1.GetAppUserStatus(account) == ''"), None);
}
