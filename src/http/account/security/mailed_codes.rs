//! Where a code is mailed to, when the person has to prove a second factor and can give no other.

use askama::Template;

use super::Block;
use crate::{
    domain::mfa::MailedCodes,
    http::{
        account::{Ended, Owner},
        web::Frame,
    },
};

#[derive(Template)]
#[template(path = "account/security/mailed_codes.html")]
struct MailedCodesBlock<'a> {
    t: Frame,
    address: &'a str,
    /// Whether it is also the factor of whoever has set up none.
    is_factor: bool,
}

/// For whoever has an address, where codes are mailed.
pub(super) async fn block(owner: &Owner) -> Result<Option<Block>, Ended> {
    let codes = owner.state.mfa.mailed_codes;
    let address = owner.user.profile.email();
    let Some(address) = address.filter(|_| codes != MailedCodes::Off && owner.state.post.is_on())
    else {
        return Ok(None);
    };
    let block = MailedCodesBlock {
        t: owner.frame(),
        address,
        is_factor: codes == MailedCodes::Factor,
    };
    owner.block(&block).map(Some)
}
