"""What keeps the club in order: nobody calls it but timers, and AWS itself."""
