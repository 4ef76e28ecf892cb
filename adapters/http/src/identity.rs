//! Who asks. One trait decides, so that signing in with tokens is one more implementation.

use http::HeaderMap;
use orderflow_application::Access;
use orderflow_domain::shared::{Actor, CustomerId, Name};
use uuid::Uuid;

use crate::problem::{Code, Problem};

/// The customer that requests without a token come from in `dev`. Documented and stable: tutorials and tests are written on it.
pub const DEMO_CUSTOMER: CustomerId = CustomerId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));

/// The header that makes a caller one customer and nothing else, in `dev`.
pub const CUSTOMER_HEADER: &str = "x-customer-id";

/// A caller: a customer, someone who operates the engine, or (in `dev`) both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Whose orders it places.
    pub customer: Option<CustomerId>,
    /// By which name it operates the engine.
    pub operator: Option<Name>,
}

impl Caller {
    /// A customer and nothing else.
    #[must_use]
    pub const fn customer(id: CustomerId) -> Self {
        Self { customer: Some(id), operator: None }
    }

    /// The customer, for what only customers do.
    pub(crate) fn as_customer(&self) -> Result<CustomerId, Problem> {
        self.customer.ok_or_else(|| Problem::new(Code::Forbidden, "only a customer can do this"))
    }

    /// The operator, for what only operators do.
    pub(crate) fn as_operator(&self) -> Result<Actor, Problem> {
        let name = self.operator.clone().map(Actor::Operator);
        name.ok_or_else(|| Problem::new(Code::Forbidden, "only an operator can do this"))
    }

    /// What the caller may see.
    pub(crate) fn access(&self) -> Result<Access, Problem> {
        match (&self.operator, self.customer) {
            (Some(name), _) => Ok(Access::Staff(Actor::Operator(name.clone()))),
            (None, Some(id)) => Ok(Access::Customer(id)),
            (None, None) => Err(no_role()),
        }
    }

    /// Who acts in what customers and operators both do.
    pub(crate) fn actor(&self) -> Result<Actor, Problem> {
        match (&self.customer, &self.operator) {
            (Some(id), _) => Ok(Actor::Customer(*id)),
            (None, Some(name)) => Ok(Actor::Operator(name.clone())),
            (None, None) => Err(no_role()),
        }
    }
}

fn no_role() -> Problem {
    Problem::new(Code::Forbidden, "the caller has no role")
}

/// Decides who asks, from a request's headers.
pub trait Identify: Send + Sync {
    /// The caller.
    ///
    /// # Errors
    /// Nobody is known to be asking, or what it claims is malformed.
    fn identify(&self, headers: &HeaderMap) -> Result<Caller, Problem>;
}

/// For trying things out on one's own machine: everybody is the demo customer, with operator rights.
#[derive(Clone, Debug)]
pub struct DevIdentity {
    anyone: Caller,
}

impl Default for DevIdentity {
    fn default() -> Self {
        Self { anyone: Caller { customer: Some(DEMO_CUSTOMER), operator: Name::new("dev").ok() } }
    }
}

impl Identify for DevIdentity {
    fn identify(&self, headers: &HeaderMap) -> Result<Caller, Problem> {
        let Some(value) = headers.get(CUSTOMER_HEADER) else { return Ok(self.anyone.clone()) };
        let id = value.to_str().ok().and_then(|text| text.parse().ok());
        id.map(Caller::customer).ok_or_else(|| Problem::field("X-Customer-Id", "must be a UUID"))
    }
}

/// Lets nobody in: what holds as long as there is no way to sign in.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoIdentity;

impl Identify for NoIdentity {
    fn identify(&self, _: &HeaderMap) -> Result<Caller, Problem> {
        Err(Problem::new(Code::Unauthenticated, "there is no way to sign in to this server"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_dev_a_named_customer_is_no_operator() {
        let dev = DevIdentity::default();
        let anyone = dev.identify(&HeaderMap::new()).unwrap();
        assert_eq!(anyone.as_customer(), Ok(DEMO_CUSTOMER));
        assert!(anyone.as_operator().is_ok());

        let mut headers = HeaderMap::new();
        headers.insert(CUSTOMER_HEADER, "0190a5b0-0000-7000-8000-000000000007".parse().unwrap());
        let one = dev.identify(&headers).unwrap();
        assert_ne!(one.as_customer(), Ok(DEMO_CUSTOMER));
        assert_eq!(one.as_operator().unwrap_err().kind(), Code::Forbidden);

        headers.insert(CUSTOMER_HEADER, "me".parse().unwrap());
        assert!(dev.identify(&headers).unwrap_err().errors().get("X-Customer-Id").is_some());
    }

    #[test]
    fn a_fixed_id_is_a_version_7_uuid() {
        assert_eq!(DEMO_CUSTOMER.0.get_version_num(), 7);
        assert_eq!(DEMO_CUSTOMER.to_string(), "01900000-0000-7000-8000-000000000001");
    }
}
