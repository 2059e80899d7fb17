//! The sweep: is everything that was confirmed still there? (SYNC.md §1, "Restore safety")

use protocol::have::{HaveAnswer, HaveRequest};
use protocol::limits::{MEDIA_TYPE, PROTOCOL};
use protocol::{BatchId, OpId};
use sync::{Event, Turn};

use super::Driver;
use crate::json;
use crate::store::sweep;
use crate::transport::{Body, Failure};

const PATH: &str = "/api/v1/have";

impl Driver {
    pub(super) async fn read_confirmed(
        &self,
        turn: Turn,
        after: Option<OpId>,
        ops_max: usize,
    ) -> Event {
        match sweep::read_confirmed(&self.connection, after, ops_max).await {
            Ok((op_ids, more)) => Event::ConfirmedRead { turn, op_ids, more },
            Err(_) => Event::Unreadable { turn },
        }
    }

    pub(super) async fn ask_have(
        &self,
        request_id: BatchId,
        op_ids: Vec<OpId>,
    ) -> Result<HaveAnswer, Failure> {
        let (identity, token) = self.credentials().await?;
        let device_id = identity.device_id;
        let request = HaveRequest { protocol: PROTOCOL, device_id, request_id, op_ids };
        let body = json::write(&request).map_err(|_| Failure::Unreachable)?;
        let body = Body::Text(MEDIA_TYPE, body);
        let answer: HaveAnswer =
            self.post(PATH, Some(&token), body).await?.sealed(&identity.receipt_key)?;
        if answer.request_id == request_id { Ok(answer) } else { Err(Failure::NotOurs) }
    }
}
