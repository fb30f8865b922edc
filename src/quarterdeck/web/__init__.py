"""The web application: pages over the service layer. Each screen is one module of ``pages`` with its routes."""
