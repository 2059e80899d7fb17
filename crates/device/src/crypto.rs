//! The browser's own cryptography (Web Crypto): a P-256 key that never leaves it, and digests.

use js_sys::{Array, Object, Reflect, Uint8Array};
use protocol::{PublicKey, Sha256, Signature};
use wasm_bindgen::JsValue;

use crate::{chance, global, reflect};

/// How often a passphrase is hashed before it is a key (OWASP's count for PBKDF2 with SHA-256).
const ITERATIONS: u32 = 600_000;
/// Of the salt that goes with a passphrase.
const SALT_BYTES: usize = 16;
/// Of the nonce that goes with a text (NIST SP 800-38D §8.2).
const NONCE_BYTES: usize = 12;

/// A P-256 key pair for ECDSA: Web Crypto's `CryptoKeyPair`, whose private half nobody can read.
#[derive(Clone)]
pub(crate) struct KeyPair(JsValue);

/// Fresh, and not extractable: not even this page can read the private half.
pub(crate) async fn generate() -> Result<KeyPair, JsValue> {
    let uses = Array::of2(&"sign".into(), &"verify".into());
    let arguments = [algorithm("namedCurve", "P-256")?, false.into(), uses.into()];
    global::promised(&subtle()?, "generateKey", &arguments).await.map(KeyPair)
}

/// SHA-256, without keeping the page waiting as long as our own would.
pub(crate) async fn sha256(bytes: &[u8]) -> Result<Sha256, JsValue> {
    sha256_of(&Uint8Array::from(bytes)).await
}

/// The same of bytes that the browser holds: they are not copied.
pub(crate) async fn sha256_of(bytes: &Uint8Array) -> Result<Sha256, JsValue> {
    let arguments = ["SHA-256".into(), bytes.into()];
    let digest = global::promised(&subtle()?, "digest", &arguments).await?;
    fixed(&digest).map(Sha256::from_bytes)
}

impl KeyPair {
    /// What the database gave back, if it is a whole pair.
    pub(crate) fn of_stored(stored: JsValue) -> Option<Self> {
        let is_whole = ["privateKey", "publicKey"]
            .iter()
            .all(|half| reflect::get(&stored, half).is_some_and(|half| half.is_object()));
        is_whole.then_some(Self(stored))
    }

    /// For the database, which copies it without ever showing it (structured clone).
    pub(crate) const fn to_store(&self) -> &JsValue {
        &self.0
    }

    pub(crate) async fn public_key(&self) -> Result<PublicKey, JsValue> {
        let arguments = ["raw".into(), self.half("publicKey")?];
        let point = global::promised(&subtle()?, "exportKey", &arguments).await?;
        fixed(&point).map(PublicKey::from_bytes)
    }

    pub(crate) async fn sign(&self, message: &[u8]) -> Result<Signature, JsValue> {
        let message = Uint8Array::from(message).into();
        let arguments = [algorithm("hash", "SHA-256")?, self.half("privateKey")?, message];
        let signature = global::promised(&subtle()?, "sign", &arguments).await?;
        fixed(&signature).map(Signature::from_bytes)
    }

    pub(crate) async fn verifies(
        &self,
        signature: &Signature,
        message: &[u8],
    ) -> Result<bool, JsValue> {
        let signature = Uint8Array::from(&signature.as_bytes()[..]).into();
        let message = Uint8Array::from(message).into();
        let arguments =
            [algorithm("hash", "SHA-256")?, self.half("publicKey")?, signature, message];
        Ok(global::promised(&subtle()?, "verify", &arguments).await?.is_truthy())
    }

    fn half(&self, name: &str) -> Result<JsValue, JsValue> {
        reflect::get(&self.0, name).ok_or(JsValue::UNDEFINED)
    }
}

/// Encrypts under a passphrase: salt, nonce, then AES-256-GCM's own, which tells each changed bit.
pub(crate) async fn encrypt(passphrase: &str, plain: &[u8]) -> Result<Vec<u8>, JsValue> {
    let salt: [u8; SALT_BYTES] = chance::bytes().map_err(|_| JsValue::UNDEFINED)?;
    let nonce: [u8; NONCE_BYTES] = chance::bytes().map_err(|_| JsValue::UNDEFINED)?;
    let sealed = aes(passphrase, &salt, &nonce, "encrypt", plain).await?;
    Ok([&salt[..], &nonce, &sealed].concat())
}

/// What [`encrypt`] was given.
///
/// # Errors
/// Where the passphrase is another one, or anything was changed.
pub(crate) async fn decrypt(passphrase: &str, sealed: &[u8]) -> Result<Vec<u8>, JsValue> {
    let (salt, rest) = sealed.split_at_checked(SALT_BYTES).ok_or(JsValue::UNDEFINED)?;
    let (nonce, sealed) = rest.split_at_checked(NONCE_BYTES).ok_or(JsValue::UNDEFINED)?;
    aes(passphrase, salt, nonce, "decrypt", sealed).await
}

async fn aes(
    passphrase: &str,
    salt: &[u8],
    nonce: &[u8],
    verb: &str,
    bytes: &[u8],
) -> Result<Vec<u8>, JsValue> {
    let uses = |of: &str| JsValue::from(Array::of1(&of.into()));
    let bytes_of = |bytes: &[u8]| JsValue::from(Uint8Array::from(bytes));
    let words = bytes_of(passphrase.as_bytes());
    let arguments = ["raw".into(), words, "PBKDF2".into(), false.into(), uses("deriveKey")];
    let secret = global::promised(&subtle()?, "importKey", &arguments).await?;
    let stretched = named(
        "PBKDF2",
        &[("salt", bytes_of(salt)), ("iterations", ITERATIONS.into()), ("hash", "SHA-256".into())],
    )?;
    let key_of = named("AES-GCM", &[("length", 256.into())])?;
    let arguments = [stretched, secret, key_of, false.into(), uses(verb)];
    let key = global::promised(&subtle()?, "deriveKey", &arguments).await?;
    let arguments = [named("AES-GCM", &[("iv", bytes_of(nonce))])?, key, bytes_of(bytes)];
    let buffer = global::promised(&subtle()?, verb, &arguments).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// None outside secure contexts.
fn subtle() -> Result<JsValue, JsValue> {
    reflect::get(&js_sys::global(), "crypto")
        .and_then(|crypto| reflect::get(&crypto, "subtle"))
        .ok_or(JsValue::UNDEFINED)
}

fn algorithm(parameter: &str, value: &str) -> Result<JsValue, JsValue> {
    named("ECDSA", &[(parameter, value.into())])
}

fn named(name: &str, parameters: &[(&str, JsValue)]) -> Result<JsValue, JsValue> {
    let algorithm = Object::new();
    Reflect::set(&algorithm, &"name".into(), &name.into())?;
    for (parameter, value) in parameters {
        Reflect::set(&algorithm, &(*parameter).into(), value)?;
    }
    Ok(algorithm.into())
}

fn fixed<const N: usize>(buffer: &JsValue) -> Result<[u8; N], JsValue> {
    let bytes = Uint8Array::new(buffer).to_vec();
    bytes.try_into().map_err(|_| JsValue::UNDEFINED)
}
