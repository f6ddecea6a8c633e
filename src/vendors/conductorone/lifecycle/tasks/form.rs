//! A form step is filled in (contract, 8.7).

use serde_json::{Map, Value};

use super::act::{Acting, AtStep, Taken};
use super::hand_over::set_body;
use super::proceed::step_on;
use super::{TaskRefusal, go_on, note, retire};
use crate::vendors::conductorone::lifecycle::{Refusal, form_check};
use crate::vendors::conductorone::model::{ActionType, Domain, Done, Event, FormMove, FormOutcome, StepBody};
use crate::world::{Command, Cx};

/// Fill in the form that runs.
pub struct UpdateData {
    /// Who, and what.
    pub act: Acting,
    /// What is filled in.
    pub data: Map<String, Value>,
}

impl Command<Domain> for UpdateData {
    type Output = Taken;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Taken, Refusal> {
        let mut task = self.act.permitted(domain, AtStep::Current, &[ActionType::UpdateRequestData])?;
        let Some(StepBody::Form(mut form)) = task.current().map(|step| step.body.clone()) else {
            return Err(TaskRefusal::NotPermitted.into());
        };
        let mut data = form.data.clone();
        data.extend(self.data.clone());
        let complete = form_check::check(&form.form, &data).map_err(TaskRefusal::BadData)?;
        let taken = self.act.submitted(domain, cx, &mut task, ActionType::UpdateRequestData);
        task.data.extend(self.data);
        form.data = data;
        let by = Some(self.act.by.person);
        let by_move = if complete { FormMove::Complete } else { FormMove::Save };
        step_on(cx, &mut form.state, by_move).ok_or(TaskRefusal::NotPermitted)?;
        if complete {
            form.outcome = Some(FormOutcome::Completed(Done { by, at: cx.now() }));
        }
        set_body(&mut task, StepBody::Form(form));
        note(domain, cx, &mut task, by, Event::FormChanged { valid: complete });
        if complete {
            retire(domain, cx, &mut task);
            go_on(domain, cx, &mut task);
        }
        Acting::done(domain, cx, task, taken)
    }
}
