//! Access is given or taken: by a connector, by people, by a webhook, by a ticket (contract, 8.6).

use super::access;
use super::act::{Acting, Taken};
use super::approvers::{owners, provisioners};
use super::hand_over::{link, set_body};
use super::proceed::put;
use super::rights::is_manual;
use super::{MANUAL, PROVISION, TICKET, TaskRefusal, TaskTimer, go_on, load, note, retire, save, webhook};
use crate::company::Person;
use crate::kernel::{Hop, Id, Pace};
use crate::vendors::conductorone::lifecycle::{Refusal, Timer, calls};
use crate::vendors::conductorone::model::{
    ActionType, ConnectorResult, Domain, Done, EntitlementRef, Event, OutcomeMove, PolicyStep, Processing, Provision,
    ProvisionInstance, ProvisionMove, ProvisionOutcome, ProvisionPolicy, ProvisionState, ProxyId, StepBody,
    StepInstance, Task,
};
use crate::world::{Command, Cx};

/// What a connector that fails is called by the vendor (contract, 8.6).
const CONNECTOR_ERROR: &str = "PEC-1";

/// Starts a provisioning.
pub fn enter(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, definition: Provision) {
    let policy = definition.policy.clone();
    let body = ProvisionInstance {
        provision: definition.clone(),
        state: ProvisionState::Init,
        assigned: Vec::new(),
        started: cx.now(),
        ticket: None,
        webhook_call: None,
        outcome: None,
    };
    put(cx, task, PolicyStep::Provision(Box::new(definition)), StepBody::Provision(Box::new(body)));
    start(domain, cx, task, &policy);
}

/// Sets the provisioning that runs going, by its kind.
fn start(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, policy: &ProvisionPolicy) {
    let Some(step) = task.current().map(|step| step.id) else { return };
    match policy {
        ProvisionPolicy::Connector(_) => start_connector(domain, cx, task, step),
        ProvisionPolicy::Delegated { entitlement, implicit } => {
            let source = task.entitlement().map(|source| ProxyId { source, destination: *entitlement });
            let is_bound = *implicit || source.is_some_and(|id| domain.proxies.contains(&id));
            let other = domain.entitlement(*entitlement).and_then(|row| row.provisioner.clone()).unwrap_or_default();
            if is_bound && is_manual(&other) {
                start_manual(domain, cx, task, step, &other);
            } else if is_bound {
                start_connector(domain, cx, task, step);
            } else {
                walk(cx, task, &[ProvisionMove::Order, ProvisionMove::Wait]);
                fail(domain, cx, task, "the entitlement is not bound to the one that it is delegated to");
            }
        }
        ProvisionPolicy::Manual(_) | ProvisionPolicy::Unconfigured | ProvisionPolicy::MultiStep(_) => {
            start_manual(domain, cx, task, step, policy);
        }
        ProvisionPolicy::Webhook(webhook) => {
            walk(cx, task, &[ProvisionMove::Call, ProvisionMove::AwaitCall]);
            task.processing = Processing::Processing;
            webhook::ask_provisioning(domain, cx, task, step, *webhook);
        }
        ProvisionPolicy::ExternalTicket { app, connector, config, .. } => {
            let (app, connector, config) = (app.clone(), connector.clone(), config.clone());
            walk(cx, task, &[ProvisionMove::WriteTicket]);
            let triggered =
                Event::TicketTriggered { app: app.clone(), connector: connector.clone(), config: config.clone() };
            note(domain, cx, task, None, triggered);
            let ticket = format!("TICKET-{}", task.number);
            change(task, |instance| instance.ticket = Some(ticket.clone()));
            note(domain, cx, task, None, Event::TicketCreated { app, connector, config, ticket });
            walk(cx, task, &[ProvisionMove::AwaitTicket]);
            await_hop(domain, cx, task, step, TICKET, Processing::Waiting);
        }
        ProvisionPolicy::Action(_) => {
            walk(cx, task, &[ProvisionMove::Act, ProvisionMove::AwaitAct]);
            await_hop(domain, cx, task, step, PROVISION, Processing::Processing);
        }
        ProvisionPolicy::DevicePlacement(_) => {
            walk(cx, task, &[ProvisionMove::Place]);
            arrive(domain, cx, task);
        }
    }
}

fn start_manual(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    task: &mut Task,
    step: Id<StepInstance>,
    policy: &ProvisionPolicy,
) {
    let people = provisioners(domain, cx, task, policy);
    walk(cx, task, &[ProvisionMove::Notify, ProvisionMove::Wait]);
    change(task, |instance| instance.assigned = people);
    await_hop(domain, cx, task, step, MANUAL, Processing::Waiting);
}

fn start_connector(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, step: Id<StepInstance>) {
    walk(cx, task, &[ProvisionMove::Order]);
    note(domain, cx, task, None, Event::ConnectorStarted(step));
    walk(cx, task, &[ProvisionMove::Wait]);
    let lag = aim(task).and_then(|entitlement| domain.lag(entitlement));
    if lag.is_some() || cx.pace(PROVISION) != Pace::AtOnce {
        connector_says(domain, cx, task, ConnectorResult::Pending);
    }
    let Some(lag) = lag else { return await_hop(domain, cx, task, step, PROVISION, Processing::Processing) };
    task.processing = Processing::Processing;
    let done = TaskTimer::Provisioned { task: task.id, step };
    domain.timers.at(cx.chronicle, PROVISION, cx.now() + lag, step, Timer::Task(done));
}

/// What is really given or taken.
fn aim(task: &Task) -> Option<EntitlementRef> {
    let other = task.current().and_then(StepInstance::provision).and_then(|it| access::delegate(&it.provision.policy));
    other.or(task.entitlement())
}

/// Lets it be done at the pace of its hop.
fn await_hop(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    task: &mut Task,
    step: Id<StepInstance>,
    hop: Hop,
    processing: Processing,
) {
    task.processing = processing;
    if cx.pace(hop) == Pace::AtOnce {
        arrive(domain, cx, task);
    } else {
        cx.later(domain, hop, step, Timer::Task(TaskTimer::Provisioned { task: task.id, step }));
    }
}

/// It was done, or could not be: as it is scripted, or well.
pub fn arrive(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task) {
    let failing = aim(task).and_then(|entitlement| domain.failing(entitlement)).cloned();
    let by_machine = runs(task, |policy| {
        matches!(policy, ProvisionPolicy::Connector(_) | ProvisionPolicy::Delegated { .. } | ProvisionPolicy::Action(_))
    });
    match failing.filter(|_| by_machine) {
        None => complete(domain, cx, task, None),
        Some(failing) if failing.falls_back => {
            connector_says(domain, cx, task, ConnectorResult::Error(failing.message.clone()));
            fall_back(domain, cx, task, &failing.message);
        }
        Some(failing) => fail(domain, cx, task, &failing.message),
    }
}

/// It was done.
pub fn complete(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, by: Option<Id<Person>>) {
    let entitlements = task.entitlement().into_iter().collect();
    let outcome = ProvisionOutcome::Completed { done: Done { by, at: cx.now() }, entitlements };
    if leave(domain, cx, task, ProvisionMove::Complete, outcome) {
        go_on(domain, cx, task);
    }
}

/// Leaves the provisioning that runs, well. The last one of a task carries out what the task is about; where the
/// company cannot, it has failed. Says whether it was left.
pub fn leave(
    domain: &mut Domain,
    cx: &mut Cx<'_>,
    task: &mut Task,
    by_move: ProvisionMove,
    outcome: ProvisionOutcome,
) -> bool {
    let Some(instance) = task.current().and_then(StepInstance::provision).cloned() else { return false };
    let more = task.run.iter().flat_map(|run| &run.next).any(|step| matches!(step, PolicyStep::Provision(_)));
    if !more && let Err(impossible) = access::carry_out(domain, cx, task, &instance.provision.policy) {
        fail(domain, cx, task, &impossible.to_string());
        return false;
    }
    if !end(cx, task, by_move, outcome) {
        return false;
    }
    let done = matches!(by_move, ProvisionMove::Complete);
    match (&instance.provision.policy, task.current().map(|step| step.id)) {
        (ProvisionPolicy::Connector(_) | ProvisionPolicy::Delegated { .. }, Some(step)) => {
            let result = if done { ConnectorResult::Success } else { ConnectorResult::Cancelled };
            connector_says(domain, cx, task, result);
            note(domain, cx, task, None, Event::ConnectorEnded(step));
        }
        (ProvisionPolicy::ExternalTicket { app, connector, config, .. }, _) => {
            let (app, connector, config) = (app.clone(), connector.clone(), config.clone());
            let ticket = instance.ticket.clone().unwrap_or_default();
            note(domain, cx, task, None, Event::TicketResolved { app, connector, config, ticket });
        }
        _ => {}
    }
    retire(domain, cx, task);
    true
}

/// It could not be done. The task stays open until somebody retries, skips or closes.
pub fn fail(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, message: &str) {
    let Some(step) = task.current().map(|step| step.id) else { return };
    let (at, code, description) = (cx.now(), CONNECTOR_ERROR.to_owned(), message.to_owned());
    if !end(cx, task, ProvisionMove::Fail, ProvisionOutcome::Errored { at, code, description }) {
        return;
    }
    domain.timers.cancel_about(step);
    calls::abandon(domain, cx, step);
    let by_connector = runs(task, |policy| matches!(policy, ProvisionPolicy::Connector(_)));
    let by_ticket = runs(task, |policy| matches!(policy, ProvisionPolicy::ExternalTicket { .. }));
    if by_connector {
        connector_says(domain, cx, task, ConnectorResult::Error(message.to_owned()));
        note(domain, cx, task, None, Event::ConnectorEnded(step));
    }
    if by_ticket {
        note(domain, cx, task, None, Event::TicketError(message.to_owned()));
    }
    note(domain, cx, task, None, Event::ProvisionError(message.to_owned()));
    if let Some(outcome) = cx.go(task.outcome, OutcomeMove::Fail) {
        (task.outcome, task.outcome_at) = (outcome, Some(at));
    }
    task.processing = Processing::Waiting;
}

/// The owners of the application do by hand what could not be done otherwise.
pub fn fall_back(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, message: &str) {
    let Some(old) = task.current().cloned() else { return };
    let StepBody::Provision(instance) = &old.body else { return };
    let mut definition = instance.provision.clone();
    let users = owners(domain, cx.company, task.entitlement());
    definition.policy =
        ProvisionPolicy::Manual(crate::vendors::conductorone::model::Manual { users, ..Default::default() });
    let (at, code, description) = (cx.now(), CONNECTOR_ERROR.to_owned(), message.to_owned());
    let outcome = ProvisionOutcome::ReassignedByError { at, code, description, to: old.id };
    if !end(cx, task, ProvisionMove::FallBack, outcome) {
        return;
    }
    note(domain, cx, task, None, Event::ProvisionError(message.to_owned()));
    retire(domain, cx, task);
    enter(domain, cx, task, definition);
    if let Some(new) = task.current().map(|step| step.id) {
        link(task, old.id, new);
    }
}

/// Looks at once at what a machine does.
pub fn hurry(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task) {
    let stands_still = task.current().and_then(StepInstance::provision).is_some_and(ProvisionInstance::is_errored);
    let by_machine = runs(task, |policy| {
        matches!(policy, ProvisionPolicy::Connector(_) | ProvisionPolicy::Delegated { .. } | ProvisionPolicy::Action(_))
    });
    if by_machine && !stands_still {
        arrive(domain, cx, task);
    }
}

/// Start a failed provisioning again; approvals are kept.
pub struct Retry {
    /// Who, what, and what they say.
    pub act: Acting,
    /// Which step; the one that runs when absent.
    pub step: Option<Id<StepInstance>>,
}

impl Command<Domain> for Retry {
    type Output = Taken;
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<Taken, Refusal> {
        let mut task = self.act.permitted(domain, self.step.into(), &[ActionType::RetryProvisioning])?;
        let taken = self.act.submitted(domain, cx, &mut task, ActionType::RetryProvisioning);
        self.act.say(domain, cx, &mut task);
        let Some(StepBody::Provision(mut instance)) = task.current().map(|step| step.body.clone()) else {
            return Err(TaskRefusal::NotPermitted.into());
        };
        instance.state = cx.go(instance.state, ProvisionMove::Retry).ok_or(TaskRefusal::NotPermitted)?;
        instance.outcome = None;
        let policy = instance.provision.policy.clone();
        set_body(&mut task, StepBody::Provision(instance));
        if let Some(outcome) = cx.go(task.outcome, OutcomeMove::TryAgain) {
            (task.outcome, task.outcome_at) = (outcome, None);
        }
        start(domain, cx, &mut task, &policy);
        Acting::done(domain, cx, task, taken)
    }
}

/// How a provisioning is settled that no call of the API ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It was done.
    Done,
    /// It could not be done.
    Failed(String),
    /// Nobody will do it: the task is closed.
    Cancelled,
}

/// Settle the provisioning that runs: what the vendor's people do in its web application (contract, 18).
pub struct SettleProvisioning {
    /// Which task.
    pub task: Id<Task>,
    /// Who did it; the system when absent.
    pub by: Option<Id<Person>>,
    /// How it ended.
    pub ending: Ending,
}

impl Command<Domain> for SettleProvisioning {
    type Output = ();
    fn apply(self, domain: &mut Domain, cx: &mut Cx<'_>) -> Result<(), Refusal> {
        let mut task = load(domain, self.task)?;
        if !task.is_open() {
            return Err(TaskRefusal::Closed.into());
        }
        if task.current().and_then(StepInstance::provision).is_none() {
            return Err(TaskRefusal::NotPermitted.into());
        }
        match self.ending {
            Ending::Done => complete(domain, cx, &mut task, self.by),
            Ending::Failed(message) => fail(domain, cx, &mut task, &message),
            Ending::Cancelled => {
                super::close::finish(domain, cx, &mut task, OutcomeMove::Cancel, self.by);
            }
        }
        save(domain, cx, task);
        Ok(())
    }
}

/// Ends the provisioning that runs, or brings it to a standstill; says whether it could be.
pub fn end(cx: &mut Cx<'_>, task: &mut Task, by_move: ProvisionMove, outcome: ProvisionOutcome) -> bool {
    let Some(StepBody::Provision(mut instance)) = task.current().map(|step| step.body.clone()) else { return false };
    let Some(state) = cx.go(instance.state, by_move) else { return false };
    (instance.state, instance.outcome) = (state, Some(outcome));
    set_body(task, StepBody::Provision(instance));
    true
}

/// Takes the provisioning that runs along these moves.
fn walk(cx: &mut Cx<'_>, task: &mut Task, moves: &[ProvisionMove]) {
    let Some(StepBody::Provision(mut instance)) = task.current().map(|step| step.body.clone()) else { return };
    for by in moves {
        instance.state = cx.go(instance.state, *by).unwrap_or(instance.state);
    }
    set_body(task, StepBody::Provision(instance));
}

pub fn change(task: &mut Task, change: impl FnOnce(&mut ProvisionInstance)) {
    let current = task.run.as_mut().and_then(|run| run.current.as_mut());
    if let Some(StepInstance { body: StepBody::Provision(instance), .. }) = current {
        change(instance);
    }
}

fn runs(task: &Task, is: impl FnOnce(&ProvisionPolicy) -> bool) -> bool {
    task.current().and_then(StepInstance::provision).is_some_and(|instance| is(&instance.provision.policy))
}

fn connector_says(domain: &mut Domain, cx: &mut Cx<'_>, task: &mut Task, result: ConnectorResult) {
    if let Some(entitlement) = task.entitlement() {
        note(domain, cx, task, None, Event::ConnectorResult { entitlement, result });
    }
}
