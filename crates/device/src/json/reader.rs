//! A place in a JSON text, moved on piece by piece. Knows the grammar, and nothing of types.

use std::borrow::Cow;

use super::Unreadable;

/// As deep as `serde_json` goes: what is nested deeper is no note.
const DEPTH_MAX: u8 = 127;

/// A whole number.
pub(super) enum Number {
    Natural(u64),
    Negative(i64),
}

pub(super) struct Reader<'text> {
    text: &'text str,
    at: usize,
    /// Objects and arrays that are open here.
    depth: u8,
}

impl<'text> Reader<'text> {
    pub(super) const fn new(text: &'text str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    pub(super) const fn depth(&self) -> u8 {
        self.depth
    }

    /// The next byte that is no white space.
    #[inline(never)]
    pub(super) fn peek(&mut self) -> Result<u8, Unreadable> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(byte) => return Ok(*byte),
                None => return Err(Unreadable),
            }
        }
    }

    /// Nothing comes after.
    pub(super) fn end(&mut self) -> Result<(), Unreadable> {
        if self.peek().is_err() { Ok(()) } else { Err(Unreadable) }
    }

    #[inline(never)]
    fn expect(&mut self, byte: u8) -> Result<(), Unreadable> {
        if self.peek()? != byte {
            return Err(Unreadable);
        }
        self.at += 1;
        Ok(())
    }

    /// `true`, `false` or `null`.
    #[inline(never)]
    pub(super) fn word(&mut self, word: &str) -> Result<(), Unreadable> {
        self.peek()?;
        let rest = self.text.as_bytes().get(self.at..).ok_or(Unreadable)?;
        if !rest.starts_with(word.as_bytes()) {
            return Err(Unreadable);
        }
        self.at += word.len();
        Ok(())
    }

    /// Begins an object or an array.
    #[inline(never)]
    pub(super) fn open(&mut self, bracket: u8) -> Result<(), Unreadable> {
        self.expect(bracket)?;
        self.depth += 1;
        if self.depth > DEPTH_MAX { Err(Unreadable) } else { Ok(()) }
    }

    /// Ends one.
    #[inline(never)]
    pub(super) fn close(&mut self, bracket: u8) -> Result<(), Unreadable> {
        self.expect(bracket)?;
        self.depth -= 1;
        Ok(())
    }

    /// Whether another member or element comes; else it ends.
    #[inline(never)]
    pub(super) fn has_more(
        &mut self,
        bracket: u8,
        is_first: &mut bool,
    ) -> Result<bool, Unreadable> {
        if self.peek()? == bracket {
            self.close(bracket)?;
            return Ok(false);
        }
        if !core::mem::take(is_first) {
            self.expect(b',')?;
        }
        Ok(true)
    }

    /// Between a member's name and its value.
    pub(super) fn colon(&mut self) -> Result<(), Unreadable> {
        self.expect(b':')
    }

    /// A string.
    #[inline(never)]
    pub(super) fn string(&mut self) -> Result<Cow<'text, str>, Unreadable> {
        self.expect(b'"')?;
        let plain = self.run()?;
        if self.byte()? == b'"' {
            return Ok(Cow::Borrowed(plain));
        }
        let mut string = plain.to_owned();
        loop {
            string.push(self.escaped()?);
            string.push_str(self.run()?);
            if self.byte()? == b'"' {
                return Ok(Cow::Owned(string));
            }
        }
    }

    /// What stands before the next quotation mark or backslash.
    fn run(&mut self) -> Result<&'text str, Unreadable> {
        let from = self.at;
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b'"' | b'\\') => return self.text.get(from..self.at).ok_or(Unreadable),
                Some(b' '..) => self.at += 1,
                Some(_) | None => return Err(Unreadable),
            }
        }
    }

    fn byte(&mut self) -> Result<u8, Unreadable> {
        let byte = *self.text.as_bytes().get(self.at).ok_or(Unreadable)?;
        self.at += 1;
        Ok(byte)
    }

    /// What stands after a backslash.
    fn escaped(&mut self) -> Result<char, Unreadable> {
        Ok(match self.byte()? {
            byte @ (b'"' | b'\\' | b'/') => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.unit()?;
                let is_pair = (0xD800..0xDC00).contains(&unit);
                let code = if is_pair { self.pair(unit)? } else { unit };
                // Half a pair alone is no character.
                char::from_u32(code).ok_or(Unreadable)?
            }
            _ => return Err(Unreadable),
        })
    }

    /// The character of which this is the first half (RFC 8259 §7).
    fn pair(&mut self, high: u32) -> Result<u32, Unreadable> {
        if (self.byte()?, self.byte()?) != (b'\\', b'u') {
            return Err(Unreadable);
        }
        let low = self.unit()?;
        if !(0xDC00..0xE000).contains(&low) {
            return Err(Unreadable);
        }
        Ok(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    }

    fn unit(&mut self) -> Result<u32, Unreadable> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit << 4 | char::from(self.byte()?).to_digit(16).ok_or(Unreadable)?;
        }
        Ok(unit)
    }

    /// A number without a fraction.
    #[inline(never)]
    pub(super) fn number(&mut self) -> Result<Number, Unreadable> {
        self.peek()?;
        let from = self.at;
        self.skip_number()?;
        let digits = self.text.get(from..self.at).ok_or(Unreadable)?;
        match digits.parse() {
            Ok(number) => Ok(Number::Natural(number)),
            // No whole number is written "-0".
            Err(_) => match digits.parse() {
                Ok(number @ ..0) => Ok(Number::Negative(number)),
                Ok(_) | Err(_) => Err(Unreadable),
            },
        }
    }

    fn skip_number(&mut self) -> Result<(), Unreadable> {
        self.skip_byte(b"-");
        if !self.skip_byte(b"0") {
            self.digits()?;
        }
        if self.skip_byte(b".") {
            self.digits()?;
        }
        if self.skip_byte(b"eE") {
            self.skip_byte(b"+-");
            self.digits()?;
        }
        Ok(())
    }

    fn skip_byte(&mut self, choice: &[u8]) -> bool {
        let is_there = self.text.as_bytes().get(self.at).is_some_and(|it| choice.contains(it));
        self.at += usize::from(is_there);
        is_there
    }

    fn digits(&mut self) -> Result<(), Unreadable> {
        if !self.skip_byte(b"0123456789") {
            return Err(Unreadable);
        }
        while self.skip_byte(b"0123456789") {}
        Ok(())
    }

    /// A string. Half a pair alone may stand in it: one broken note of another device must not keep
    /// this one from what comes after it.
    fn skip_string(&mut self) -> Result<(), Unreadable> {
        self.expect(b'"')?;
        loop {
            self.run()?;
            if self.byte()? == b'"' {
                return Ok(());
            }
            match self.byte()? {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                b'u' => {
                    self.unit()?;
                }
                _ => return Err(Unreadable),
            }
        }
    }

    /// Any value: its text, exactly as it stands.
    #[inline(never)]
    pub(super) fn raw(&mut self) -> Result<&'text str, Unreadable> {
        self.peek()?;
        let from = self.at;
        self.skip()?;
        self.text.get(from..self.at).ok_or(Unreadable)
    }

    /// Any value, unread.
    #[inline(never)]
    pub(super) fn skip(&mut self) -> Result<(), Unreadable> {
        let mut is_first = true;
        match self.peek()? {
            b'{' => {
                self.open(b'{')?;
                while self.has_more(b'}', &mut is_first)? {
                    self.skip_string()?;
                    self.colon()?;
                    self.skip()?;
                }
                Ok(())
            }
            b'[' => {
                self.open(b'[')?;
                while self.has_more(b']', &mut is_first)? {
                    self.skip()?;
                }
                Ok(())
            }
            b'"' => self.skip_string(),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.skip_number(),
        }
    }
}
