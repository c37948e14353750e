"""The club in AWS, made from the declarations and a stage file. Nothing imports this."""
