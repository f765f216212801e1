"""The buttons on the headset itself: answer, hang up and mute, by USB's own telephony page."""
