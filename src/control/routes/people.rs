//! Who may I act as?

use crate::company::{Person, PersonKey};
use crate::control::Plane;
use crate::control::dto::{PeopleDto, PeopleQuery, PersonDto};
use crate::control::extract::{Json, Of, Query};
use crate::control::routes::PAGE_MAX;
use crate::http::served;

served!(Plane: list);

/// The people of a tenant, by name.
#[utoipa::path(get, path = "/_rolecall/tenants/{tenant}/people", tag = "people", operation_id = "listPeople",
    params(PeopleQuery), responses((status = 200, body = PeopleDto)))]
async fn list(Of(tenant): Of, Query(query): Query<PeopleQuery>) -> Json<PeopleDto> {
    let world = tenant.read();
    let words: Vec<String> = query.q.split_whitespace().map(str::to_lowercase).collect();
    let (first, last) = (PersonKey::Name(String::new()), PersonKey::Name(char::MAX.to_string()));
    let everybody = world.company().people().range(first, last);
    let fitting: Vec<_> = everybody.filter(|person| fits(person, &words)).collect();
    let shown = fitting.iter().skip(query.offset).take(query.limit.min(PAGE_MAX));
    Json(PeopleDto { people: shown.map(|person| PersonDto::of(person, &world)).collect(), total: fitting.len() })
}

fn fits(person: &Person, words: &[String]) -> bool {
    let name = person.name();
    let places = [name.as_str(), &person.slug, &person.mail, &person.title, &person.department];
    words.iter().all(|word| places.iter().any(|place| place.to_lowercase().contains(word.as_str())))
}
