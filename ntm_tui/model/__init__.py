"""The programme itself: pure rules and types. No input or output, no SQL, no Textual."""
