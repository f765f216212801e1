"""The guided form: one step at a time, in the order it is spoken."""
